using EvalMarket.Web.Tests.Account;

namespace EvalMarket.Web.Tests.Settings;

public sealed class KeyTests(AccountsApp app)
{
    [Fact]
    public async Task Shows_the_secret_once_with_a_curl_line_and_the_key_works()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var keys = $"/w/{workspace}/settings/keys";
        var made = await owner.SubmitAsync(await owner.GetAsync(keys), "form[action*=Create]", ("Name", "Nightly export"), ("Scopes", "export"));
        var secret = made.Text("#secret");
        Assert.StartsWith("emk_", secret, StringComparison.Ordinal);
        Assert.Contains($"Bearer {secret}", made.Text(".notice pre"), StringComparison.Ordinal);
        var list = await owner.GetAsync(keys);
        Assert.DoesNotContain(secret, list.Body, StringComparison.Ordinal);
        Assert.Contains(secret[..8], list.Text("tbody .mono"), StringComparison.Ordinal);
        Assert.Equal("export", list.Text("tbody .tag"));
    }

    [Fact]
    public async Task Refuses_a_key_without_name_or_scope_and_keeps_what_was_typed()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var keys = await owner.GetAsync($"/w/{workspace}/settings/keys");
        Assert.Contains("what breaks", (await owner.SubmitAsync(keys, "form[action*=Create]", ("Name", " "))).ErrorOf("Name"), StringComparison.Ordinal);
        var noScope = await owner.SubmitAsync(keys, "form[action*=Create]", ("Name", "Nightly"), ("Scopes", "everything"));
        Assert.Contains("at least one scope", noScope.Text("#Scopes-error"), StringComparison.Ordinal);
        Assert.Equal("Nightly", noScope.Document.QuerySelector("[name=Name]")!.GetAttribute("value"));
        Assert.False((await owner.GetAsync($"/w/{workspace}/settings/keys")).Has("tbody"));
    }

    [Fact]
    public async Task Revokes_a_key_after_asking()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var keys = $"/w/{workspace}/settings/keys";
        await owner.SubmitAsync(await owner.GetAsync(keys), "form[action*=Create]", ("Name", "Old"));
        var page = await owner.GetAsync(keys);
        Assert.Contains("Revoke “Old”?", page.Text("dialog[id^=revoke] h2"), StringComparison.Ordinal);
        Assert.Equal(302, (await owner.SubmitAsync(page, "dialog form[action*=Revoke]")).Status);
        var after = await owner.GetAsync(keys);
        Assert.Contains("revoked", after.Text("tbody"), StringComparison.Ordinal);
        Assert.False(after.Has("dialog[id^=revoke]"));
    }

    [Fact]
    public async Task A_key_of_another_workspace_cannot_be_revoked()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var (other, foreign) = await app.OwnerAsync();
        foreach (var (browser, slug) in new[] { (owner, workspace), (other, foreign) })
            await browser.SubmitAsync(await browser.GetAsync($"/w/{slug}/settings/keys"), "form[action*=Create]", ("Name", "Mine"));
        var theirs = (await other.GetAsync($"/w/{foreign}/settings/keys")).Document.QuerySelector("dialog input[name=key]")!.GetAttribute("value")!;
        var page = await owner.GetAsync($"/w/{workspace}/settings/keys");
        Assert.Equal(404, (await owner.SubmitAsync(page, "dialog form[action*=Revoke]", ("key", theirs))).Status);
        Assert.DoesNotContain("revoked", (await other.GetAsync($"/w/{foreign}/settings/keys")).Text("tbody"), StringComparison.Ordinal);
    }
}

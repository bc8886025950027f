using System.Text.Json;

namespace EvalMarket.Web.Tests.Account;

public sealed class OwnAccountTests(AccountsApp app)
{
    [Fact]
    public async Task Saves_the_name_and_shows_it_to_other_members()
    {
        var (owner, workspace) = await app.OwnerAsync();
        await owner.SubmitAsync(await owner.GetAsync("/account"), "form[action*=Name]", ("DisplayName", "Ines <b>Okafor"));
        Assert.Equal("Ines <b>Okafor", (await owner.GetAsync($"/w/{workspace}/settings/members")).Text("td.c-title b"));
    }

    [Fact]
    public async Task Changes_the_address_when_the_link_sent_to_it_is_confirmed()
    {
        var person = await app.PersonAsync();
        var email = AccountsApp.NewAddress();
        var page = await person.GetAsync("/account");
        Assert.Equal("This is not your password.", (await person.SubmitAsync(page, "form[action*=Email]", ("Email", email), ("Password", "wrong password"))).ErrorOf("Password"));
        Assert.Equal(302, (await person.SubmitAsync(page, "form[action*=Email]", ("Email", email), ("Password", Browser.Password))).Status);

        var link = AccountsApp.LinkIn(await app.MailAsync(email, "Confirm your new e-mail address"));
        Assert.Equal(302, (await app.Visitor().SignInAsync(person.Email, Browser.Password)).Status);
        Assert.Equal("Thank you", (await person.SubmitAsync(await person.GetAsync(link), "form")).Heading);
        Assert.Contains(email, (await person.GetAsync("/account")).Body, StringComparison.Ordinal);
        Assert.Equal(200, (await app.Visitor().SignInAsync(person.Email, Browser.Password)).Status);
        Assert.Equal(302, (await app.Visitor().SignInAsync(email, Browser.Password)).Status);
        await app.MailAsync(person.Email, "Your e-mail address was changed");
    }

    [Fact]
    public async Task Does_not_tell_whose_an_address_is_but_its_owner()
    {
        var (person, other) = (await app.PersonAsync(), await app.PersonAsync());
        var answer = await person.SubmitAsync(await person.GetAsync("/account"), "form[action*=Email]", ("Email", other.Email), ("Password", Browser.Password));
        Assert.Equal(302, answer.Status);
        await app.MailAsync(other.Email, "This address is in use already");
    }

    [Fact]
    public async Task Gives_everything_about_the_person_as_a_file()
    {
        var (owner, workspace) = await app.OwnerAsync();
        await owner.SubmitAsync(await owner.GetAsync($"/w/{workspace}/settings/keys"), "form[action*=Create]", ("Name", "Nightly"));
        var answer = await owner.SubmitAsync(await owner.GetAsync("/account/data"), "form[action*=Download]");
        Assert.Equal((200, "attachment"), (answer.Status, answer.Disposition));
        using var data = JsonDocument.Parse(answer.Body);
        Assert.Equal(owner.Email, data.RootElement.GetProperty("account").GetProperty("email").GetString());
        Assert.Equal(workspace, data.RootElement.GetProperty("memberships")[0].GetProperty("workspace").GetString());
        Assert.Equal("Nightly", data.RootElement.GetProperty("api_keys_created")[0].GetProperty("name").GetString());
        Assert.Contains("key.created", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", answer.Body, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Deletes_the_account_after_the_password()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var member = await app.MemberAsync(owner, workspace, "editor");
        var page = await member.GetAsync("/account/data");
        Assert.Equal("This is not your password.", (await member.SubmitAsync(page, "form[action*=Delete]", ("Password", "wrong password"))).ErrorOf("Password"));
        Assert.Equal(302, (await member.SubmitAsync(page, "form[action*=Delete]", ("Password", Browser.Password))).Status);
        Assert.Equal(302, (await member.GetAsync("/account")).Status);
        Assert.Equal(200, (await app.Visitor().SignInAsync(member.Email, Browser.Password)).Status);
        Assert.DoesNotContain(member.Email, (await owner.GetAsync($"/w/{workspace}/settings/members")).Body, StringComparison.Ordinal);
        Assert.Contains("member.account_deleted", (await owner.GetAsync($"/w/{workspace}/settings/audit")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_delete_the_account_of_an_only_owner_and_says_the_way_out()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var other = await app.PersonAsync();
        var page = await owner.GetAsync("/account/data");
        Assert.False(page.Has("form[action*=Delete]"));
        Assert.True(page.Has($"a[href='/w/{workspace}/settings/members']"));

        // Nor by a form that was open before the workspace was made.
        var old = await other.GetAsync("/account/data");
        var slug = $"late-{workspace}"[..24];
        await other.SubmitAsync(await other.GetAsync("/workspaces/new"), "main form", ("Name", "Late"), ("Slug", slug));
        var refused = await other.SubmitAsync(old, "form[action*=Delete]", ("Password", Browser.Password));
        Assert.Equal(200, refused.Status);
        Assert.Contains("only owner", refused.Body, StringComparison.Ordinal);
        Assert.Equal(200, (await other.GetAsync($"/w/{slug}/settings")).Status);
    }

    [Theory]
    [InlineData("/account")]
    [InlineData("/account/password")]
    [InlineData("/account/data")]
    [InlineData("/workspaces")]
    [InlineData("/workspaces/new")]
    public async Task Asks_visitors_to_sign_in(string path)
    {
        var answer = await app.Visitor().GetAsync(path);
        Assert.Equal(302, answer.Status);
        Assert.Contains("/account/login?returnUrl=", answer.Location, StringComparison.Ordinal);
    }
}

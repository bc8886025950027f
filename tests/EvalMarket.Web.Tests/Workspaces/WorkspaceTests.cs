using EvalMarket.Web.Tests.Account;

namespace EvalMarket.Web.Tests.Workspaces;

public sealed class WorkspaceTests(AccountsApp app)
{
    [Fact]
    public async Task Makes_the_address_from_the_name_and_numbers_it_when_taken()
    {
        var person = await app.PersonAsync();
        var name = $"Moon & Sun {person.Email[1..13]}";
        var first = await person.SubmitAsync(await person.GetAsync("/workspaces/new"), "main form", ("Name", name));
        var second = await person.SubmitAsync(await person.GetAsync("/workspaces/new"), "main form", ("Name", name));
        Assert.Equal($"/w/moon-sun-{person.Email[1..13]}", first.Location);
        Assert.Equal(first.Location + "-2", second.Location);
        Assert.Equal(2, (await person.GetAsync("/workspaces")).Document.QuerySelectorAll("tbody tr").Length);
    }

    [Fact]
    public async Task Refuses_a_taken_address_and_a_bad_one_at_its_field()
    {
        var (_, workspace) = await app.OwnerAsync();
        var person = await app.PersonAsync();
        var taken = await person.SubmitAsync(await person.GetAsync("/workspaces/new"), "main form", ("Name", "Mine"), ("Slug", workspace));
        Assert.Contains("taken", taken.ErrorOf("Slug"), StringComparison.Ordinal);
        Assert.Equal("Mine", taken.Document.QuerySelector("[name=Name]")!.GetAttribute("value"));
        var bad = await person.SubmitAsync(taken, "main form", ("Name", ""), ("Slug", "Not A Slug"));
        Assert.NotEmpty(bad.ErrorOf("Slug"));
        Assert.NotEmpty(bad.ErrorOf("Name"));
    }

    [Fact]
    public async Task Renames_leaves_and_deletes()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var settings = $"/w/{workspace}/settings";
        await owner.SubmitAsync(await owner.GetAsync(settings), "form[action*=Rename]", ("Name", "Night Shift"));
        Assert.Contains("Night Shift", (await owner.GetAsync("/workspaces")).Text("tbody"), StringComparison.Ordinal);

        var stuck = await owner.SubmitAsync(await owner.GetAsync(settings), "form[action*=Leave]");
        Assert.Contains("needs an owner", stuck.Text(".errors"), StringComparison.Ordinal);

        var unsure = await owner.SubmitAsync(await owner.GetAsync(settings), "form[action*=Delete]", ("Confirmation", "night"));
        Assert.Contains("exactly", unsure.ErrorOf("Confirmation"), StringComparison.Ordinal);
        var deleted = await owner.SubmitAsync(unsure, "form[action*=Delete]", ("Confirmation", "Night Shift"));
        Assert.Equal("/workspaces", deleted.Location);
        Assert.Equal(404, (await owner.GetAsync(settings)).Status);
    }

    [Fact]
    public async Task A_member_leaves_and_sees_the_workspace_no_more()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var member = await app.MemberAsync(owner, workspace, "viewer");
        var answer = await member.SubmitAsync(await member.GetAsync($"/w/{workspace}/settings"), "form[action*=Leave]");
        Assert.Equal("/workspaces", answer.Location);
        Assert.Equal(404, (await member.GetAsync($"/w/{workspace}/settings")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/members")]
    [InlineData("/keys")]
    [InlineData("/audit")]
    public async Task A_foreign_workspace_does_not_exist(string page)
    {
        var (_, workspace) = await app.OwnerAsync();
        var (stranger, _) = await app.OwnerAsync();
        var foreign = await stranger.GetAsync($"/w/{workspace}/settings{page}");
        var never = await stranger.GetAsync($"/w/never-was-there/settings{page}");
        Assert.Equal((404, 404), (foreign.Status, never.Status));
        Assert.Equal(never.Text("main"), foreign.Text("main"));
    }
}

using EvalMarket.Web.Tests.Account;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Web.Tests.Workspaces;

public sealed class InvitationTests(AccountsApp app, InvitationTests.SmallTeams small) : IClassFixture<InvitationTests.SmallTeams>
{
    private const string Dead = "This invitation does not work";

    [Fact]
    public async Task Shows_what_it_offers_and_makes_a_member_once()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var link = await owner.InviteAsync(workspace, "editor");
        var visitor = await app.Visitor().GetAsync(link);
        Assert.Contains("as editor", visitor.Text(".lede"), StringComparison.Ordinal);
        Assert.False(visitor.Has("form"));

        var (first, second) = (await app.PersonAsync(), await app.PersonAsync());
        var page = await first.GetAsync(link);
        Assert.Contains(first.Email, page.Text("form button"), StringComparison.Ordinal);
        Assert.Equal($"/w/{workspace}", (await first.SubmitAsync(page, "form")).Location);
        Assert.Equal(200, (await first.GetAsync($"/w/{workspace}/settings")).Status);
        Assert.Equal(Dead, (await second.GetAsync(link)).Heading);
        Assert.Contains("member.joined", (await owner.GetAsync($"/w/{workspace}/settings/audit")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_people_with_one_link_one_gets_in()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var link = await owner.InviteAsync(workspace, "viewer");
        var people = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.PersonAsync()));
        var pages = await Task.WhenAll(people.Select(person => person.GetAsync(link)));
        var answers = await Task.WhenAll(people.Zip(pages, (person, page) => person.SubmitAsync(page, "form")));
        Assert.Single(answers, answer => answer.Location == $"/w/{workspace}");
        Assert.Equal(2, (await owner.GetAsync($"/w/{workspace}/settings/members")).Document.QuerySelectorAll("table:first-of-type tbody tr").Length);
    }

    [Fact]
    public async Task Unknown_revoked_and_expired_links_say_the_same()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var expired = await owner.InviteAsync(workspace, "viewer");
        await app.InDatabaseAsync(database => database.Invitations.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.ExpiresAt, row => row.ExpiresAt.AddDays(-8))), workspace);
        var revoked = await owner.InviteAsync(workspace, "viewer");
        await owner.SubmitAsync(await owner.GetAsync($"/w/{workspace}/settings/members"), "form[action*=Revoke]");

        var person = await app.PersonAsync();
        var pages = await Task.WhenAll(new[] { "/invitations/never-made", expired, revoked }.Select(person.GetAsync));
        Assert.All(pages, page => Assert.Equal((404, Dead), (page.Status, page.Heading)));
        Assert.Single(pages.Select(page => page.Text("main")).Distinct());
    }

    [Fact]
    public async Task A_member_does_not_use_up_the_link()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var link = await owner.InviteAsync(workspace, "viewer");
        Assert.Equal("You are in already", (await owner.GetAsync(link)).Heading);
        Assert.Contains("Join", (await (await app.PersonAsync()).GetAsync(link)).Heading, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_link_is_shown_once_and_only_its_hash_is_kept()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var token = (await owner.InviteAsync(workspace, "viewer"))["/invitations/".Length..];
        Assert.DoesNotContain(token, (await owner.GetAsync($"/w/{workspace}/settings/members")).Body, StringComparison.Ordinal);
        var hash = await app.InDatabaseAsync(database => database.Invitations.Select(row => row.TokenHash).SingleAsync(), workspace);
        Assert.NotEqual(token, hash);
        Assert.Equal(64, hash.Length);
    }

    [Fact]
    public async Task Links_of_somebody_who_was_removed_stop_working()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var admin = await app.MemberAsync(owner, workspace, "admin");
        var link = await admin.InviteAsync(workspace, "admin");
        await owner.SubmitAsync(await owner.GetAsync($"/w/{workspace}/settings/members"), "form[action*=Remove]");
        Assert.Equal(Dead, (await app.Visitor().GetAsync(link)).Heading);
    }

    [Fact]
    public async Task Leads_through_registration_and_back()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var link = await owner.InviteAsync(workspace, "reviewer");
        var guest = app.Visitor();
        var register = (await guest.GetAsync(link)).Document.QuerySelector("a[href^='/account/register']")!.GetAttribute("href")!;
        var answer = await guest.SubmitAsync(await guest.GetAsync(register), "form", ("Email", AccountsApp.NewAddress()), ("Password", Browser.Password));
        Assert.Equal(link, answer.Location);
    }

    [Fact]
    public async Task Members_and_waiting_links_together_are_as_many_as_the_server_allows()
    {
        var (owner, workspace) = await small.OwnerAsync();
        var link = await owner.InviteAsync(workspace, "viewer");
        var refused = await owner.SubmitAsync(await owner.GetAsync($"/w/{workspace}/settings/members"), "form[action*=Invite]", ("role", "viewer"));
        Assert.Contains("2 members and waiting links", refused.Text("main"), StringComparison.Ordinal);

        var person = await small.PersonAsync();
        Assert.Equal($"/w/{workspace}", (await person.SubmitAsync(await person.GetAsync(link), "form")).Location);
    }

    public sealed class SmallTeams : AccountsApp
    {
        protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["Limits:MembersPerWorkspace"] = "2" };
    }
}

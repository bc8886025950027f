using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Tests.Account;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Web.Tests.Settings;

public sealed class MemberTests(AccountsApp app)
{
    private static string Members(string workspace) => $"/w/{workspace}/settings/members";

    private static string FormFor(WebPage page, string email, string handler)
    {
        // The forms of a person stand in the row and in the dialog; both name the person by id.
        var row = page.Document.QuerySelectorAll("tr").Single(row => row.TextContent.Contains(email, StringComparison.Ordinal));
        var id = row.QuerySelector("input[name=user]")!.GetAttribute("value");
        return $"form[action*={handler}]:has(input[value='{id}'])";
    }

    [Fact]
    public async Task An_admin_changes_roles_and_removes_members()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var admin = await app.MemberAsync(owner, workspace, "admin");
        var viewer = await app.MemberAsync(owner, workspace, "viewer");
        var page = await admin.GetAsync(Members(workspace));
        Assert.Equal(302, (await admin.SubmitAsync(page, FormFor(page, viewer.Email, "Role"), ("role", "editor"))).Status);
        var after = await admin.GetAsync(Members(workspace));
        Assert.Contains("is now editor", after.Text(".toast"), StringComparison.Ordinal);
        Assert.Equal(302, (await admin.SubmitAsync(after, FormFor(after, viewer.Email, "Remove"))).Status);
        Assert.Equal(404, (await viewer.GetAsync(Members(workspace))).Status);
    }

    [Fact]
    public async Task Only_owners_make_owners_and_change_them()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var admin = await app.MemberAsync(owner, workspace, "admin");
        var viewer = await app.MemberAsync(owner, workspace, "viewer");
        var page = await admin.GetAsync(Members(workspace));
        Assert.False(page.Has("option[value=owner]"));
        Assert.Equal(403, (await admin.SubmitAsync(page, FormFor(page, viewer.Email, "Role"), ("role", "owner"))).Status);
        Assert.Equal(200, (await admin.SubmitAsync(page, "form[action*=Invite]", ("role", "owner"))).Status);
        Assert.Empty(await app.InDatabaseAsync(database => database.Invitations.Where(row => row.Role == WorkspaceRole.Owner).ToListAsync(), workspace));

        var ownerId = await app.InDatabaseAsync(database => database.Users.Where(user => user.Email == owner.Email).Select(user => user.Id).SingleAsync());
        Assert.Equal(403, (await admin.SubmitAsync(page, FormFor(page, viewer.Email, "Role"), ("user", ownerId.ToString()), ("role", "viewer"))).Status);
        Assert.Equal(403, (await admin.SubmitAsync(page, FormFor(page, viewer.Email, "Remove"), ("user", ownerId.ToString()))).Status);
    }

    [Fact]
    public async Task The_last_owner_stays_an_owner()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var page = await owner.GetAsync(Members(workspace));
        var refused = await owner.SubmitAsync(page, FormFor(page, owner.Email, "Role"), ("role", "viewer"));
        Assert.Contains("needs an owner", refused.Text(".errors"), StringComparison.Ordinal);
        Assert.Equal(200, (await owner.GetAsync($"/w/{workspace}/settings/keys")).Status);
    }

    [Fact]
    public async Task Two_owners_who_leave_and_demote_at_once_leave_one_owner()
    {
        for (var round = 0; round < 3; round++)
        {
            var (owner, workspace) = await app.OwnerAsync();
            var second = await app.MemberAsync(owner, workspace, "owner");
            var one = await owner.GetAsync(Members(workspace));
            var two = await second.GetAsync(Members(workspace));
            var leave = await second.GetAsync($"/w/{workspace}/settings");
            await Task.WhenAll(
                owner.SubmitAsync(one, FormFor(one, second.Email, "Role"), ("role", "viewer")),
                second.SubmitAsync(two, FormFor(two, owner.Email, "Role"), ("role", "viewer")),
                owner.SubmitAsync(one, FormFor(one, owner.Email, "Role"), ("role", "viewer")),
                second.SubmitAsync(leave, "form[action*=Leave]"));
            var owners = await app.InDatabaseAsync(database => database.Memberships.CountAsync(row => row.Role == WorkspaceRole.Owner), workspace);
            Assert.Equal(1, owners);
        }
    }

    [Theory]
    [InlineData("viewer", false, false)]
    [InlineData("reviewer", false, false)]
    [InlineData("editor", false, false)]
    [InlineData("admin", true, false)]
    [InlineData("owner", true, true)]
    public async Task Each_role_is_offered_what_it_may_do_and_nothing_more(string role, bool administers, bool owns)
    {
        var (owner, workspace) = await app.OwnerAsync();
        var member = await app.MemberAsync(owner, workspace, role);
        var members = await member.GetAsync(Members(workspace));
        var settings = await member.GetAsync($"/w/{workspace}/settings");
        Assert.Equal((200, 200), (members.Status, settings.Status));
        Assert.Equal(administers, members.Has("form[action*=Invite]"));
        Assert.Equal(administers, members.Has("form[action*=Role]"));
        Assert.Equal(administers, settings.Has("form[action*=Rename]"));
        Assert.Equal(owns, settings.Has("form[action*=Delete]"));
        Assert.Equal(administers ? 200 : 403, (await member.GetAsync($"/w/{workspace}/settings/keys")).Status);
        Assert.Equal(administers ? 200 : 403, (await member.GetAsync($"/w/{workspace}/settings/audit")).Status);

        // And what is not offered is not accepted: the forms of an owner's pages, sent by this member.
        var token = members.Document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        var ownersMembers = await owner.GetAsync(Members(workspace));
        var invite = await member.SubmitAsync(ownersMembers, "form[action*=Invite]", ("__RequestVerificationToken", token), ("role", "viewer"));
        Assert.Equal(administers ? 200 : 403, invite.Status);
        var ownersSettings = await owner.GetAsync($"/w/{workspace}/settings");
        var rename = await member.SubmitAsync(ownersSettings, "form[action*=Rename]", ("__RequestVerificationToken", token), ("Name", $"Lab {role}"));
        Assert.Equal(administers ? 302 : 403, rename.Status);
        var delete = await member.SubmitAsync(ownersSettings, "form[action*=Delete]", ("__RequestVerificationToken", token), ("Confirmation", "no"));
        Assert.Equal(owns ? 200 : 403, delete.Status);
    }

    [Fact]
    public async Task Refuses_a_form_without_its_token()
    {
        var (owner, workspace) = await app.OwnerAsync();
        var page = await owner.GetAsync(Members(workspace));
        Assert.Equal(400, (await owner.SubmitAsync(page, "form[action*=Invite]", ("__RequestVerificationToken", ""), ("role", "viewer"))).Status);
    }

    [Fact]
    public async Task Pages_through_the_audit_records_without_losing_one()
    {
        var (owner, workspace) = await app.OwnerAsync();
        await app.InDatabaseAsync(async database =>
        {
            var at = TimeProvider.System.GetUtcNow();
            // Many at the same moment: the order must still be one order.
            database.AuditRecords.AddRange(Enumerable.Range(0, 120).Select(i => new Core.Audit.AuditRecord
            {
                Workspace = workspace, Id = Guid.CreateVersion7(at), At = at, Actor = "test", Action = "test.done", Subject = $"subject-{i:000}",
            }));
            return await database.SaveChangesAsync();
        }, workspace);
        List<string> seen = [];
        for (var next = $"/w/{workspace}/settings/audit"; next is not null;)
        {
            var page = await owner.GetAsync(next);
            seen.AddRange(page.Document.QuerySelectorAll("tbody .row-sub").Select(row => row.TextContent.Trim()));
            next = page.Document.QuerySelector("a[rel=next]")?.GetAttribute("href");
        }

        Assert.Equal(121, seen.Count);
        Assert.Equal(120, seen.Where(subject => subject.StartsWith("subject-", StringComparison.Ordinal)).Distinct().Count());
    }
}

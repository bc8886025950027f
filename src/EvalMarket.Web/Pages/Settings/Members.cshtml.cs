using EvalMarket.Core;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Workspaces;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Settings;

/// <summary>Who is in the workspace, as what, and who is invited. Everybody sees the members; admins change them.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class MembersModel(MemberService members, InvitationService invitations, AccountLinks links, Tenant tenant) : PageModel
{
    [BindProperty]
    public string? Note { get; set; }

    public IReadOnlyList<Member> Members { get; private set; } = [];

    public IReadOnlyList<PendingInvitation> Pending { get; private set; } = [];

    /// <summary>The invitation that was just made, with its token.</summary>
    public NewInvitation? Made { get; private set; }

    public WorkspaceRole InviteAs { get; private set; } = WorkspaceRole.Reviewer;

    public string Slug => tenant.Required;

    public Guid? Me => tenant.Actor.UserId;

    public bool MayAdminister => tenant.Actor.May(Permission.Administer);

    /// <summary>The roles that the person may hand out.</summary>
    public IReadOnlyList<WorkspaceRole> Roles =>
        [.. RoleWords.All.Select(entry => entry.Role).Where(role => role != WorkspaceRole.Owner || tenant.Actor.May(Permission.Own))];

    public bool MayChange(Member member) => MayAdminister && (member.Role != WorkspaceRole.Owner || tenant.Actor.May(Permission.Own));

    public string Link(string token) => links.To($"/invitations/{token}");

    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    [RequirePermission(Permission.Administer)]
    public async Task<IActionResult> OnPostRoleAsync(Guid user, string? role, CancellationToken cancellationToken) =>
        Read(role) is { } changed
            ? await AnswerAsync(await members.ChangeRoleAsync(user, changed, cancellationToken), member => $"{member.Name} is now {RoleWords.Of(member.Role)}.", cancellationToken)
            : BadRequest();

    [RequirePermission(Permission.Administer)]
    public async Task<IActionResult> OnPostRemoveAsync(Guid user, CancellationToken cancellationToken) =>
        await AnswerAsync(await members.RemoveAsync(user, cancellationToken), member => $"{member.Name} was removed.", cancellationToken);

    [RequirePermission(Permission.Administer)]
    public async Task<IActionResult> OnPostInviteAsync(string? role, CancellationToken cancellationToken)
    {
        if (Read(role) is not { } wanted)
            return BadRequest();

        InviteAs = wanted;
        if ((await invitations.CreateAsync(wanted, Note, cancellationToken)).Succeeded(out var made, out var failure))
        {
            Made = made;
            Note = null;
            ModelState.Clear();
        }
        else
        {
            this.Show(failure, new Dictionary<string, string> { ["/note"] = nameof(Note) });
        }

        await LoadAsync(cancellationToken);
        return Page();
    }

    [RequirePermission(Permission.Administer)]
    public async Task<IActionResult> OnPostRevokeAsync(Guid invitation, CancellationToken cancellationToken) =>
        await AnswerAsync(await invitations.RevokeAsync(invitation, cancellationToken), _ => "The link does not work any more.", cancellationToken);

    private static WorkspaceRole? Read(string? role) =>
        RoleWords.All.Where(entry => RoleWords.Of(entry.Role) == role).Select(entry => (WorkspaceRole?)entry.Role).FirstOrDefault();

    private async Task<IActionResult> AnswerAsync<T>(Outcome<T> outcome, Func<T, string> said, CancellationToken cancellationToken)
        where T : notnull
    {
        if (outcome.Succeeded(out var result, out var failure))
        {
            this.Toast(new ToastMessage(said(result)) { Tone = "good" });
            return Redirect(Addresses.Members(Slug));
        }

        if (failure is NotFound)
            return NotFound();
        if (failure is Forbidden)
            return StatusCode(StatusCodes.Status403Forbidden);

        this.Show(failure);
        await LoadAsync(cancellationToken);
        return Page();
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        Members = await members.ListAsync(cancellationToken);
        if (MayAdminister)
            Pending = await invitations.ListAsync(cancellationToken);
    }
}

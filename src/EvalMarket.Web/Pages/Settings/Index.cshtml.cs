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

/// <summary>Name of the workspace, and ways out of it.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed partial class WorkspaceSettingsModel(
    WorkspaceService workspaces, MemberService members, Tenant tenant, ILogger<WorkspaceSettingsModel> logger) : PageModel
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Confirmation { get; set; }

    public string Slug => tenant.Required;

    public string CurrentName { get; private set; } = "";

    public bool MayAdminister => tenant.Actor.May(Permission.Administer);

    public bool MayOwn => tenant.Actor.May(Permission.Own);

    public async Task OnGetAsync(CancellationToken cancellationToken) => Name = await LoadAsync(cancellationToken);

    [RequirePermission(Permission.Administer)]
    public async Task<IActionResult> OnPostRenameAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        if (await workspaces.RenameAsync(Name ?? "", cancellationToken) is { } failure)
        {
            this.Show(failure, new Dictionary<string, string> { ["/name"] = nameof(Name) });
            return Page();
        }

        this.Toast(new ToastMessage("The name was saved.") { Tone = "good" });
        return Redirect(Addresses.Settings(Slug));
    }

    public async Task<IActionResult> OnPostLeaveAsync(CancellationToken cancellationToken)
    {
        Name = await LoadAsync(cancellationToken);
        if (!(await members.LeaveAsync(cancellationToken)).Succeeded(out _, out var failure))
        {
            ModelState.AddModelError("leave", failure.Message);
            return Page();
        }

        this.Toast(new ToastMessage($"You have left {CurrentName}."));
        return Redirect("/workspaces");
    }

    [RequirePermission(Permission.Own)]
    public async Task<IActionResult> OnPostDeleteAsync(CancellationToken cancellationToken)
    {
        Name = await LoadAsync(cancellationToken);
        if ((Confirmation ?? "").Trim() != CurrentName)
        {
            ModelState.AddModelError(nameof(Confirmation), $"Type the name exactly as it is: {CurrentName}");
            return Page();
        }

        // Its files are finished off even when the browser has gone.
        if (await workspaces.DeleteAsync(CancellationToken.None) is { } failure)
        {
            ModelState.AddModelError(nameof(Confirmation), failure.Message);
            return Page();
        }

        Log.Deleted(logger, Slug, tenant.Actor.UserId);
        this.Toast(new ToastMessage($"{CurrentName} was deleted."));
        return Redirect("/workspaces");
    }

    private async Task<string> LoadAsync(CancellationToken cancellationToken)
    {
        var summary = tenant.Actor.UserId is { } person ? await workspaces.FindForAsync(Slug, person, cancellationToken) : null;
        return CurrentName = summary?.Name ?? Slug;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The workspace {Workspace} was deleted by {User}")]
        public static partial void Deleted(ILogger logger, string workspace, Guid? user);
    }
}

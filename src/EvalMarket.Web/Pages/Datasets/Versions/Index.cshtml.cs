using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Versions;

/// <summary>All versions of a dataset: who made them, when, what they changed; named, pinned, compared and restored.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class VersionsModel(DatasetAccess access, DatasetVersions versions, DatasetMarking marking, DatasetRestoring restoring) : PageModel
{
    private const int PageSize = 50;

    private DatasetView view = null!;

    public DatasetHead Head { get; private set; } = null!;

    public DatasetRow Dataset => view.Row;

    public string Workspace => access.Workspace;

    public bool MayEdit => access.MayEdit;

    public IReadOnlyList<DatasetVersionRow> Versions { get; private set; } = [];

    /// <summary>Where the page begins; null for the newest.</summary>
    public int? Below { get; private set; }

    public int? Next { get; private set; }

    public async Task<IActionResult> OnGetAsync(string dataset, int? below, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
        {
            return NotFound();
        }

        Below = below;
        var page = await versions.ListAsync(view.Id, below, PageSize, cancellationToken);
        (Versions, Next) = (page.Items, page.Next);
        Head = await access.HeadAsync(view, "versions", null, cancellationToken);
        return Page();
    }

    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostMarkAsync(string dataset, int version, string? name, bool pinned, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
        {
            return NotFound();
        }

        var outcome = await marking.MarkAsync(view.Id, version, name?.Trim() ?? "", pinned, cancellationToken);
        return Answer(outcome.Failure, $"Version {version} saved");
    }

    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostRestoreAsync(string dataset, int version, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
        {
            return NotFound();
        }

        var outcome = await restoring.RestoreAsync(view.Id, version, null, cancellationToken);
        return Answer(outcome.Failure, outcome.Succeeded(out var now, out _) ? $"Version {version} restored. It is version {now.Row.Version} now." : "");
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public async Task<IActionResult> OnPostAsync(string dataset, CancellationToken cancellationToken) => await FindAsync(dataset, cancellationToken) ? BadRequest() : NotFound();

    private IActionResult Answer(Core.Failure? failure, string words)
    {
        if (failure is Core.NotFound)
        {
            return NotFound();
        }

        this.Toast(failure is null ? new ToastMessage(words) { Tone = "good" } : new ToastMessage("Nothing was changed.") { Tone = "error", Detail = failure.Message });
        return Redirect(Addresses.DatasetVersions(Workspace, view.Id.Value));
    }

    private async Task<bool> FindAsync(string dataset, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(dataset, cancellationToken) is not { } found)
        {
            return false;
        }

        view = found;
        return true;
    }
}

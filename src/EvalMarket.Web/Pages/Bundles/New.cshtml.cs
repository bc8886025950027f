using EvalMarket.Core;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Bundles;

/// <summary>Where a bundle, or a new version of one (<c>?bundle=</c>), begins.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
[UnreadForm]
internal sealed class NewModel(BundleStore bundles, BundleDrafts drafts, Tenant tenant, Limits limits) : PageModel
{
    private const string FirstName = "Untitled bundle";

    public string Workspace => tenant.Required;

    /// <summary>The bundle that gets a new version; null for a new bundle.</summary>
    public BundleRow? Existing { get; private set; }

    public string? Refusal { get; private set; }

    public BundleUpload Target => new(Addresses.NewBundle(Workspace) + (Existing is null ? "" : $"?bundle={Existing.Id}"), IsDraft: false, limits.UploadBytes);

    public async Task<IActionResult> OnGetAsync(string? bundle, CancellationToken cancellationToken) => await FindAsync(bundle, cancellationToken) ? Page() : NotFound();

    /// <summary>Begins one without files; the scripts send them one by one.</summary>
    public async Task<IActionResult> OnPostDraftAsync(string? bundle, CancellationToken cancellationToken)
    {
        if (!await FindAsync(bundle, cancellationToken) || !(await BeginAsync(cancellationToken)).Succeeded(out var draft, out _))
            return NotFound();

        Response.Headers.Location = Addresses.BundleUpload(Workspace, draft.Bundle.Value, draft.Upload.Value);
        return StatusCode(StatusCodes.Status201Created);
    }

    /// <summary>A plain form with all files in it.</summary>
    public async Task<IActionResult> OnPostAsync(string? bundle, CancellationToken cancellationToken)
    {
        if (!await FindAsync(bundle, cancellationToken))
            return NotFound();
        if (!Request.HasFormContentType)
            return BadRequest();
        if (!(await BeginAsync(cancellationToken)).Succeeded(out var draft, out _))
            return NotFound();

        var failure = await BundleUpload.ReceiveAsync(HttpContext, drafts, draft, Request.Query[BundleUpload.PartField], cancellationToken);
        if (failure is null)
            return Redirect(Addresses.BundleUpload(Workspace, draft.Bundle.Value, draft.Upload.Value));

        await drafts.DiscardAsync(draft, CancellationToken.None);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        Refusal = failure.Message;
        return Page();
    }

    private Task<Outcome<BundleDraft>> BeginAsync(CancellationToken cancellationToken) => drafts.BeginAsync(Existing?.Id, Existing?.Name ?? FirstName, cancellationToken);

    private async Task<bool> FindAsync(string? bundle, CancellationToken cancellationToken)
    {
        if (bundle is null)
            return true;
        Existing = TypeId.TryParse<BundleId>(bundle, out var id) ? await bundles.FindAsync(id, cancellationToken) : null;
        return Existing is not null;
    }
}

using EvalMarket.Core;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>Where an import begins: files are kept, looked through, and shown on a page of their own before anything is written.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
[UnreadForm]
internal sealed class ImportModel(ImportDrafts drafts, ImportStaging staging, AccountLinks links, Tenant tenant, Limits limits) : PageModel
{
    private const int ShownDrafts = 20;

    public string Workspace => tenant.Required;

    public UploadTarget Target => new(Addresses.Import(Workspace), IsDraft: false, limits.UploadBytes, limits.UploadFiles);

    /// <summary>Files that somebody uploaded and nobody imported.</summary>
    public IReadOnlyList<ImportDraft> Waiting { get; private set; } = [];

    public string? Refusal { get; private set; }

    public string Curl => $"curl -H \"Authorization: Bearer $EVALMARKET_KEY\" \\\n  -F file=@session.jsonl {links.To("/api/sessions/import")}";

    public async Task OnGetAsync(CancellationToken cancellationToken) => Waiting = await drafts.ListAsync(ShownDrafts, cancellationToken);

    /// <summary>Begins one without files; the scripts send them one by one.</summary>
    public async Task<IActionResult> OnPostDraftAsync(CancellationToken cancellationToken)
    {
        Response.Headers.Location = Addresses.ImportDraft(Workspace, (await drafts.BeginAsync(cancellationToken)).Value);
        return StatusCode(StatusCodes.Status201Created);
    }

    /// <summary>A plain form with all files in it.</summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!Request.HasFormContentType)
        {
            return BadRequest();
        }

        var id = await drafts.BeginAsync(cancellationToken);
        var outcome = await drafts.AddAsync(id, "0", new UploadForm(HttpContext).FilesAsync(cancellationToken), cancellationToken);
        var failure = outcome.Failure ?? (await drafts.CheckAsync(id, cancellationToken)).Failure;
        if (failure is null)
        {
            return Redirect(Addresses.ImportDraft(Workspace, id.Value));
        }

        await staging.DiscardAsync(id, cancellationToken);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        Refusal = failure.Message;
        Waiting = await drafts.ListAsync(ShownDrafts, cancellationToken);
        return Page();
    }
}

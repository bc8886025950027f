using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Csv;
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

namespace EvalMarket.Web.Pages.Datasets.Csv;

/// <summary>Where the import of a CSV file begins: the file is kept, and shown on a page of its own before anything is written.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
[UnreadForm]
internal sealed class CsvModel(DatasetAccess access, CsvDrafts drafts, AccountLinks links, Limits limits) : PageModel
{
    public DatasetRow Dataset { get; private set; } = null!;

    public string Workspace => access.Workspace;

    public long MaxBytes => limits.UploadBytes;

    public string? Refusal { get; private set; }

    public string Curl => $"curl -H \"Authorization: Bearer $EVALMARKET_KEY\" \\\n  -F file=@questions.csv {links.To($"/api/datasets/{Dataset.Id}/csv")}";

    public async Task<IActionResult> OnGetAsync(string dataset, CancellationToken cancellationToken) => await FindAsync(dataset, cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string dataset, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
        {
            return NotFound();
        }

        if (!Request.HasFormContentType)
        {
            return BadRequest();
        }

        await foreach (var file in new UploadForm(HttpContext).FilesAsync(cancellationToken))
        {
            var outcome = await drafts.BeginAsync(Dataset.Id, file, cancellationToken);
            if (outcome.Succeeded(out var id, out var failure))
            {
                return Redirect(Addresses.DatasetCsvDraft(Workspace, Dataset.Id.Value, id.Value));
            }

            Refusal = failure.Message;
            break;
        }

        Refusal ??= "Choose a file.";
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private async Task<bool> FindAsync(string dataset, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(dataset, cancellationToken) is not { } found)
        {
            return false;
        }

        Dataset = found.Row;
        return true;
    }
}

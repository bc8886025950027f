using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Jobs;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>What was found in uploaded files, and the one button that imports it.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
[UnreadForm]
internal sealed class ImportDraftModel(ImportDrafts drafts, JobQueue queue, SessionDirectory directory, Tenant tenant, Limits limits, TimeProvider clock) : PageModel
{
    /// <summary>A small import is over before anybody could look at a bar.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(30);

    public ImportDraftView View { get; private set; } = null!;

    /// <summary>Why what was asked for was not done.</summary>
    public string? Refusal { get; private set; }

    public UploadTarget Target => new(View.Href, IsDraft: true, limits.UploadBytes, limits.UploadFiles);

    private string Workspace => tenant.Required;

    public async Task<IActionResult> OnGetAsync(string draft, CancellationToken cancellationToken) =>
        await FindAsync(draft, cancellationToken) ? Page() : NotFound();

    /// <summary>More files, a batch of them in a request.</summary>
    public async Task<IActionResult> OnPostFilesAsync(string draft, string? batch, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<JobId>(draft, out var id))
        {
            return NotFound();
        }

        if (!Request.HasFormContentType || batch is not { Length: > 0 and <= 40 } || !batch.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterLower(c)))
        {
            return await FindAsync(draft, cancellationToken) ? BadRequest() : NotFound();
        }

        var outcome = await drafts.AddAsync(id, batch, new UploadForm(HttpContext).FilesAsync(cancellationToken), cancellationToken);
        return outcome.Failure is { } failure ? Refuse(failure) : StatusCode(StatusCodes.Status204NoContent);
    }

    public async Task<IActionResult> OnPostCheckAsync(string draft, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<JobId>(draft, out var id))
        {
            return NotFound();
        }

        return await AnswerAsync(draft, (await drafts.CheckAsync(id, cancellationToken)).Failure, cancellationToken);
    }

    public async Task<IActionResult> OnPostImportAsync(string draft, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<JobId>(draft, out var id))
        {
            return NotFound();
        }

        var fingerprint = Request.HasFormContentType ? (await Request.ReadFormAsync(cancellationToken))["fingerprint"].ToString() : "";
        var outcome = await drafts.ImportAsync(id, fingerprint, cancellationToken);
        if (outcome.Succeeded(out var job, out _))
        {
            for (var began = clock.GetTimestamp(); job is { FinishedAt: null } && clock.GetElapsedTime(began) < Patience;)
            {
                await Task.Delay(Look, clock, cancellationToken);
                job = await queue.FindAsync(id, cancellationToken);
            }
        }

        return await AnswerAsync(draft, outcome.Failure, cancellationToken);
    }

    public async Task<IActionResult> OnPostDiscardAsync(string draft, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<JobId>(draft, out var id))
        {
            return NotFound();
        }

        if (await drafts.DiscardAsync(id, cancellationToken) is { } failure)
        {
            return await AnswerAsync(draft, failure, cancellationToken);
        }

        this.Toast(new ToastMessage("The files were thrown away. Nothing was imported."));
        return Redirect(Addresses.Import(Workspace));
    }

    /// <summary>All lines that cannot be imported: <c>as=csv</c>, or <c>jsonl</c>.</summary>
    public async Task<IActionResult> OnGetErrorsAsync(string draft, string? @as, CancellationToken cancellationToken)
    {
        if (!await FindAsync(draft, cancellationToken) || View.Preview is null
            || await drafts.OpenErrorsAsync(View.Draft.Id, cancellationToken) is not { } errors)
        {
            return NotFound();
        }

        if (@as == "jsonl")
        {
            return File(errors, "application/x-ndjson", $"errors-{View.Draft.Id}.jsonl");
        }

        await using (errors)
        {
            Response.ContentType = "text/csv; charset=utf-8";
            Response.Headers.ContentDisposition = $"attachment; filename=\"errors-{View.Draft.Id}.csv\"";
            await Response.WriteAsync(ErrorTable.Head, cancellationToken);
            using var lines = new StreamReader(errors);
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                if (JsonSerializer.Deserialize<ContentError>(line, ImportReport.Wire) is { } error)
                {
                    await Response.WriteAsync(ErrorTable.Row(error), cancellationToken);
                }
            }
        }

        return new EmptyResult();
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public async Task<IActionResult> OnPostAsync(string draft, CancellationToken cancellationToken) =>
        await FindAsync(draft, cancellationToken) ? BadRequest() : NotFound();

    /// <summary>For scripts: a problem document, as the API gives it.</summary>
    private static ActionResult Refuse(Failure failure)
    {
        var problem = failure.ToProblem();
        return problem.Status == StatusCodes.Status404NotFound ? new NotFoundResult() : new ProblemAnswer(problem);
    }

    /// <summary>The page again; what failed is said on it. Scripts go there themselves.</summary>
    private async Task<IActionResult> AnswerAsync(string draft, Failure? failure, CancellationToken cancellationToken)
    {
        if (Request.Headers.ContainsKey("HX-Request"))
        {
            return failure is null ? StatusCode(StatusCodes.Status204NoContent) : Refuse(failure);
        }

        if (failure is null)
        {
            return Redirect(Addresses.ImportDraft(Workspace, draft));
        }

        if (failure is NotFound || !await FindAsync(draft, cancellationToken))
        {
            return NotFound();
        }

        Refusal = failure.Message;
        Response.StatusCode = failure.ToProblem().Status;
        return Page();
    }

    private async Task<bool> FindAsync(string draft, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<JobId>(draft, out var id) || await drafts.FindAsync(id, cancellationToken) is not { } found)
        {
            return false;
        }

        View = new ImportDraftView(found, Workspace, tenant.Actor.May(Permission.Label));
        if (View.Import?.Imported is { Ids: { Count: > 0 } ids })
        {
            var some = ids.Take(ImportedSessions.MostLinks).ToList();
            View = View with { Rows = (await directory.ListAsync(new SessionFilter { Ids = some }, null, some.Count, cancellationToken)).Items };
        }

        return true;
    }

    private sealed class ProblemAnswer(Problem problem) : ActionResult
    {
        public override Task ExecuteResultAsync(ActionContext context) => problem.ExecuteAsync(context.HttpContext);
    }
}

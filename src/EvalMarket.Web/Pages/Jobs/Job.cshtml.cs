using System.Text;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Jobs;

/// <summary>One job: progress, result, errors.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class JobModel(JobQueue queue, Tenant tenant) : PageModel
{
    public const int ErrorsOnAPage = 50;

    public JobView View { get; private set; } = null!;

    /// <summary>The errors of this page.</summary>
    public IReadOnlyList<ContentError> Errors { get; private set; } = [];

    /// <summary>Errors of the pages before.</summary>
    public int Skipped { get; private set; }

    /// <summary>The page.</summary>
    /// <param name="job">Its id.</param>
    /// <param name="errors">Which page of errors, from 1.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IActionResult> OnGetAsync(string job, int? errors, CancellationToken cancellationToken)
    {
        if (!await FindAsync(job, cancellationToken))
        {
            return NotFound();
        }

        var last = Math.Max(1, (View.Errors.Count + ErrorsOnAPage - 1) / ErrorsOnAPage);
        Skipped = (Math.Clamp(errors ?? 1, 1, last) - 1) * ErrorsOnAPage;
        Errors = [.. View.Errors.Skip(Skipped).Take(ErrorsOnAPage)];
        return Page();
    }

    public string PageHref(int by) => $"{View.Href}?errors={(Skipped / ErrorsOnAPage) + 1 + by}#errors";

    /// <summary>The card alone, which asks for itself until the job is over; then the page is shown again with the result.</summary>
    public async Task<IActionResult> OnGetCardAsync(string job, CancellationToken cancellationToken)
    {
        if (!await FindAsync(job, cancellationToken))
        {
            return NotFound();
        }

        return Card();
    }

    public async Task<IActionResult> OnGetErrorsAsync(string job, CancellationToken cancellationToken) =>
        await FindAsync(job, cancellationToken)
            ? File(Encoding.UTF8.GetBytes(ErrorTable.Write(View.Errors)), "text/csv; charset=utf-8", $"errors-{View.Job.Id}.csv")
            : NotFound();

    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostCancelAsync(string job, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<JobId>(job, out var id) || await queue.CancelAsync(id, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        View = new JobView(found, tenant.Required, MayCancel: true);
        return Request.Headers.ContainsKey("HX-Request") ? Card() : Redirect(View.Href);
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public async Task<IActionResult> OnPostAsync(string job, CancellationToken cancellationToken) =>
        await FindAsync(job, cancellationToken) ? BadRequest() : NotFound();

    private PartialViewResult Card()
    {
        // On the job's own page, and on that of its import or submission, the result and the errors stand below the card.
        if (View.Job.FinishedAt is not null && Uri.TryCreate(Request.Headers["HX-Current-URL"], UriKind.Absolute, out var page)
            && (page.AbsolutePath == View.Href || page.AbsolutePath == View.ImportHref))
        {
            Response.Headers["HX-Refresh"] = "true";
        }

        return Partial("_JobCard", View.Card);
    }

    private async Task<bool> FindAsync(string job, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<JobId>(job, out var id) || await queue.FindAsync(id, cancellationToken) is not { } found)
        {
            return false;
        }

        View = new JobView(found, tenant.Required, tenant.Actor.May(Permission.Edit));
        return true;
    }
}

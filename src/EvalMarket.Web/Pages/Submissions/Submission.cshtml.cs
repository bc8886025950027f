using EvalMarket.Core.Jobs;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Jobs;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Workspaces;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Submissions;

/// <summary>What a submission is worth, as much of it as the seller reveals.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class SubmissionModel(SubmissionReports reports, SubmissionCommits commits, SubmissionGradingJob jobs, JobQueue queue, Tenant tenant) : PageModel
{
    public const int ShownTasks = 1_000;

    private const int ShownOthers = 20;

    public string Workspace => tenant.Required;

    public bool MaySubmit => tenant.Actor.May(Permission.Submit);

    public SubmissionView Report { get; private set; } = null!;

    /// <summary>The job that grades it, until it is graded.</summary>
    public JobCard? Card { get; private set; }

    /// <summary>The job was stopped before the end.</summary>
    public bool IsStopped { get; private set; }

    public IReadOnlyList<SubmissionView> Others { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string submission, CancellationToken cancellationToken) => await LoadAsync(submission, cancellationToken) ? Page() : NotFound();

    [RequirePermission(Permission.Submit)]
    public async Task<IActionResult> OnPostNameAsync(string submission, string? model, string? leaderboard, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(submission, cancellationToken))
            return NotFound();
        if ((await commits.DescribeAsync(Report.Row.Id, new NewSubmission(Named(model), Named(leaderboard)), cancellationToken)).Failure is { } failure)
        {
            this.Show(failure);
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }

        this.Toast(new ToastMessage("Saved.") { Tone = "good" });
        return Redirect(Addresses.Submission(Workspace, submission));
    }

    [RequirePermission(Permission.Submit)]
    public async Task<IActionResult> OnPostGradeAsync(string submission, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(submission, cancellationToken))
            return NotFound();
        if (Report.Row.Status == SubmissionStatus.Failed || IsStopped)
            await jobs.EnqueueAsync(Report.Row, Report.Listing?.Title ?? "a listing", cancellationToken);
        return Redirect(Addresses.Submission(Workspace, submission));
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public async Task<IActionResult> OnPostAsync(string submission, CancellationToken cancellationToken) => await LoadAsync(submission, cancellationToken) ? BadRequest() : NotFound();

    private static string? Named(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private async Task<bool> LoadAsync(string submission, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<SubmissionId>(submission, out var id) || await reports.OpenAsync(id, cancellationToken) is not { } report)
            return false;
        Report = report;
        if (!report.IsGraded && report.Row.JobId is { } jobId && await queue.FindAsync(jobId, cancellationToken) is { } job)
        {
            Card = new JobView(job, Workspace, MaySubmit).Card;
            IsStopped = job.Status is JobStatus.Cancelled or JobStatus.Failed;
        }

        Others = [.. (await reports.ListAsync(report.Row.ListingId, null, ShownOthers, cancellationToken)).Where(other => other.Row.Id != id && other.IsGraded)];
        return true;
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Data;
using EvalMarket.Core.Jobs;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>Grades a submission that takes longer than a request.</summary>
public sealed class SubmissionGradingJob(EvalMarketDbContext db, JobQueue queue, SubmissionGrading grading, SubmissionReports reports, TimeProvider clock) : IJobHandler
{
    public const string JobKind = "submission_grading";

    string IJobHandler.Kind => JobKind;

    public async Task<Job> EnqueueAsync(SubmissionRow submission, string listing, CancellationToken cancellationToken)
    {
        var payload = JsonSerializer.Serialize(new GradingOrder(submission.Id.Value), GradingJson.Default.GradingOrder);
        var id = JobQueue.NewId(clock);
        var submissionId = submission.Id;
        await db.Submissions.Where(row => row.Id == submissionId).ExecuteUpdateAsync(set => set.SetProperty(row => row.JobId, id).SetProperty(row => row.Status, SubmissionStatus.Queued), cancellationToken);
        submission.JobId = id;
        return await queue.EnqueueAsync(id, JobKind, $"Grading of {submission.AnsweredCount:N0} responses to {listing}", payload, submission.TaskCount, cancellationToken);
    }

    /// <summary>The submission that a job grades; null for other jobs.</summary>
    public static SubmissionId? SubmissionOf(Job job) =>
        job.Kind == JobKind ? SubmissionId.FromTrusted(JsonSerializer.Deserialize(job.Payload, GradingJson.Default.GradingOrder)!.Submission) : null;

    public async Task<JobEnd> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var id = SubmissionId.FromTrusted(JsonSerializer.Deserialize(run.Payload, GradingJson.Default.GradingOrder)!.Submission);
        Failure? failure;
        try
        {
            failure = await grading.GradeAsync(id, (done, total, token) => run.ReportAsync(done, total, token), cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await grading.FailAsync(id, new Conflict("grading_failed", "Something broke on the server while this was graded. It can be tried again, and does not count twice."));
            throw;
        }

        return failure is null && await reports.OpenAsync(id, cancellationToken) is { } report
            ? new JobEnd(report.ToJson())
            : new JobEnd(null, failure ?? new NotFound());
    }
}

internal sealed record GradingOrder(string Submission);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(GradingOrder))]
internal sealed partial class GradingJson : JsonSerializerContext;

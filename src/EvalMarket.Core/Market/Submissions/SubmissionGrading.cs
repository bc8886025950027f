using EvalMarket.Core.Data;
using EvalMarket.Core.Market.Vaults;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Bundles.Grading;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>
/// Grades a submission: opens the key, goes through it one answer at a time, and keeps scores. It runs in the buyer's workspace, and what it writes there says nothing that the key says.
/// </summary>
public sealed class SubmissionGrading(
    EvalMarketDbContext db, Vault vault, SubmissionFiles files, SubmissionCommits commits, ISemanticJudge judge)
{
    private const int ReportEvery = 50;

    /// <summary>Tasks that are with the jury at the same time; how many questions are open at once is the jury's own bound.</summary>
    private const int JudgedAtOnce = 8;

    /// <summary>Grades it, unless that was done. <c>listing_gone</c> when the seller's workspace is not there any more.</summary>
    /// <param name="progress">Gets how many tasks are done of how many.</param>
    public async Task<Failure?> GradeAsync(SubmissionId id, Func<long, long, CancellationToken, Task>? progress, CancellationToken cancellationToken)
    {
        var row = await db.Submissions.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, cancellationToken);
        if (row is null)
            return new NotFound();
        if (row.Status is SubmissionStatus.Completed or SubmissionStatus.Pending)
            return null;

        await db.Submissions.Where(one => one.Id == id).ExecuteUpdateAsync(set => set.SetProperty(one => one.Status, SubmissionStatus.Running).SetProperty(one => one.Error, (string?)null), cancellationToken);
        // The version that was answered is the seller's; of it only where the key is.
        var version = await db.ListingVersions.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]).AsNoTracking()
            .SingleOrDefaultAsync(one => one.ListingId == row.ListingId && one.Number == row.ListingVersion, cancellationToken);
        if (version is null)
            return await FailAsync(id, new Conflict("listing_gone", "The seller has ended this listing, and its answer key with it."));

        await using var key = await vault.OpenAsync(version.Workspace, version.BundleId, version.Upload, KeyPurpose.Grading, $"submission {id}", cancellationToken);
        if (key is null)
            return await FailAsync(id, new Conflict("key_gone", "The answer key of this version is not there any more."));

        IReadOnlyDictionary<string, string> responses;
        await using (var sent = await files.OpenResponsesAsync(row, cancellationToken))
            responses = await ResponseReading.ReadAsync(sent, cancellationToken);

        List<TaskResult> results = new(row.TaskCount);
        Queue<Task<TaskResult>> grading = new();
        using var jury = await JuryMinutes.OpenAsync(vault, version, id, cancellationToken);
        try
        {
            await foreach (var answer in BundleAnswers.ReadAsync(key.Open(), cancellationToken))
            {
                grading.Enqueue(GradeAsync(id, answer, responses.GetValueOrDefault(answer.TaskId), jury, cancellationToken));
                if (grading.Count == JudgedAtOnce)
                    await TakeAsync();
            }

            while (grading.Count > 0)
                await TakeAsync();
        }
        catch (InvalidDataException)
        {
            // Its message is about the key, and goes nowhere.
            return await FailAsync(id, new Conflict("key_damaged", "The answer key of this version cannot be read. The seller has to mend it."));
        }
        finally
        {
            // Verdicts that are on their way are kept, also when something else went wrong.
            await Task.WhenAll(grading.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        async Task TakeAsync()
        {
            results.Add(await grading.Dequeue());
            if (progress is not null && results.Count % ReportEvery == 0)
                await progress(results.Count, row.TaskCount, cancellationToken);
        }

        await jury.CloseAsync(cancellationToken);
        var failure = await commits.CommitAsync(id, _ => results, cancellationToken);
        if (failure is null)
            await jury.TidyAsync();
        return failure;
    }

    /// <summary>Notes why it failed; it can be tried again.</summary>
    public async Task<Failure> FailAsync(SubmissionId id, Failure failure)
    {
        await db.Submissions.Where(one => one.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(one => one.Status, SubmissionStatus.Failed).SetProperty(one => one.Error, failure.Message), CancellationToken.None);
        return failure;
    }

    private async Task<TaskResult> GradeAsync(SubmissionId id, BundleAnswer answer, string? response, JuryMinutes jury, CancellationToken cancellationToken)
    {
        var result = TaskGrading.Grade(answer, response);
        if (result.Status != GradeStatus.Pending || response is null || !judge.IsConfigured)
            return result;

        Dictionary<string, decimal> verdicts = new(StringComparer.Ordinal);
        foreach (var pending in result.Criteria.Where(criterion => criterion.Status == GradeStatus.Pending))
        {
            var criterion = answer.Criteria.First(one => one.Id == pending.CriterionId);
            var note = jury.Find(answer.TaskId, criterion.Id);
            if (note is null)
            {
                if (await judge.JudgeAsync(new SemanticQuestion(id.Value, answer, criterion, response), cancellationToken) is not { } verdict)
                    continue;
                note = new VerdictNote(answer.TaskId, criterion.Id, verdict.Notes, verdict.Score);
                await jury.AddAsync(note);
            }

            if (note.Score is { } score)
                verdicts[criterion.Id] = score;
        }

        return TaskGrading.Grade(answer, response, verdicts);
    }
}

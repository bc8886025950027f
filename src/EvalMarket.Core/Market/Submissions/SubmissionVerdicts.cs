using EvalMarket.Core.Audit;
using EvalMarket.Core.Data;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>
/// The seller's own verdicts on criteria that nobody else decided. The submissions are the buyers': the seller finds them by <see cref="SubmissionRow.Seller"/>, so the tenant filter is
/// left out by name, and what is decided is written in a scope that stands in the buyer's workspace.
/// </summary>
public sealed class SubmissionVerdicts(EvalMarketDbContext db, Tenant tenant, SubmissionFiles files, AuditTrail audit, IServiceScopeFactory scopes)
{
    /// <summary>Submissions for what the workspace sells that wait for a verdict, the oldest first.</summary>
    public Task<List<SubmissionRow>> WaitingAsync(int limit, CancellationToken cancellationToken) =>
        ForSeller.Where(row => row.Status == SubmissionStatus.Pending).OrderBy(row => row.CreatedAt).Take(limit).ToListAsync(cancellationToken);

    public Task<int> CountWaitingAsync(CancellationToken cancellationToken) => ForSeller.CountAsync(row => row.Status == SubmissionStatus.Pending, cancellationToken);

    /// <summary>One of them, with all that is known of it and the responses; null when it is for nobody of the workspace.</summary>
    public async Task<WaitingSubmission?> OpenAsync(SubmissionId id, CancellationToken cancellationToken)
    {
        if (await ForSeller.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } row || await files.ReadAsync(row, cancellationToken) is not { } document)
            return null;
        await using var sent = await files.OpenResponsesAsync(row, cancellationToken);
        return new WaitingSubmission(row, document, await ResponseReading.ReadAsync(sent, cancellationToken));
    }

    /// <summary>Decides; what was decided before may be decided otherwise. Criteria that rules decide stay as they are.</summary>
    /// <param name="verdicts">Scores, 0–100, by task and criterion.</param>
    public async Task<Failure?> SetAsync(SubmissionId id, IReadOnlyDictionary<(string TaskId, string CriterionId), decimal> verdicts, CancellationToken cancellationToken)
    {
        if (verdicts.Values.Any(score => score is < 0 or > 100))
            return new Invalid("invalid_verdict", "A verdict is a score from 0 to 100.", []);
        if (await ForSeller.SingleOrDefaultAsync(row => row.Id == id, cancellationToken) is not { } row)
            return new NotFound();

        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(row.Workspace, new Actor(tenant.Actor.Name, null, null, Permission.None));
        var failure = await scope.ServiceProvider.GetRequiredService<SubmissionCommits>().CommitAsync(id, tasks => [.. tasks.Select(task => Decide(task, verdicts))], cancellationToken);
        if (failure is not null)
            return failure;

        audit.Record("submission.judged", id.Value);
        await db.SaveChangesAsync(cancellationToken);
        return null;
    }

    private IQueryable<SubmissionRow> ForSeller
    {
        get
        {
            var seller = tenant.Required;
            return db.Submissions.IgnoreQueryFilters([EvalMarketDbContext.TenantFilter]).AsNoTracking().Where(row => row.Seller == seller);
        }
    }

    private static TaskResult Decide(TaskResult task, IReadOnlyDictionary<(string TaskId, string CriterionId), decimal> verdicts) => task with
    {
        Criteria =
        [
            .. task.Criteria.Select(criterion => criterion.Type == CriterionType.Semantic && verdicts.TryGetValue((task.TaskId, criterion.CriterionId), out var score)
                ? criterion with { Status = GradeStatus.Graded, Score = score }
                : criterion),
        ],
    };
}

/// <summary>A submission as its seller reviews it.</summary>
public sealed record WaitingSubmission(SubmissionRow Row, SubmissionDocument Document, IReadOnlyDictionary<string, string> Responses);

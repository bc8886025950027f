using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>Keeps what a submission is worth: the document first, then the row, then the numbers on the listing. Runs in the buyer's workspace.</summary>
public sealed class SubmissionCommits(EvalMarketDbContext db, Tenant tenant, IBlobStore blobs, SubmissionFiles files, IntentLog intents, ListingStatistics statistics, TimeProvider clock)
{
    /// <summary>Keeps results; the first, or those with further verdicts.</summary>
    /// <param name="results">Gets what is known (nothing before the first grading), gives what is known now.</param>
    public async Task<Failure?> CommitAsync(SubmissionId id, Func<IReadOnlyList<TaskResult>, IReadOnlyList<TaskResult>> results, CancellationToken cancellationToken)
    {
        var workspace = tenant.Required;
        ListingId listing;
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            if (!await db.LockWorkspaceAsync(workspace, cancellationToken) || await db.Submissions.SingleOrDefaultAsync(one => one.Id == id, cancellationToken) is not { } row)
                return new NotFound();

            // It may have been read before, outside of the lock.
            await db.Entry(row).ReloadAsync(cancellationToken);
            listing = row.ListingId;
            var before = await files.ReadAsync(row, cancellationToken);
            var now = clock.GetUtcNow();
            var document = new SubmissionDocument
            {
                Id = row.Id, ListingId = row.ListingId, Seller = row.Seller, ListingVersion = row.ListingVersion, Reveal = row.Reveal, Model = row.Model, LeaderboardName = row.LeaderboardName,
                AnsweredCount = row.AnsweredCount, CreatedAt = row.CreatedAt, CreatedBy = row.CreatedBy, CompletedAt = before?.CompletedAt ?? now, Tasks = results(before?.Tasks ?? []),
            };
            await WriteAsync(row, document, transaction, cancellationToken);
        }

        await statistics.UpdateAsync(listing, cancellationToken);
        return null;
    }

    /// <summary>Changes what the buyer says of it.</summary>
    public async Task<Outcome<SubmissionRow>> DescribeAsync(SubmissionId id, NewSubmission change, CancellationToken cancellationToken)
    {
        if (change.Check() is { } invalid)
            return invalid;
        var workspace = tenant.Required;
        SubmissionRow? row;
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            if (!await db.LockWorkspaceAsync(workspace, cancellationToken))
                return new NotFound();
            row = await db.Submissions.SingleOrDefaultAsync(one => one.Id == id, cancellationToken);
            if (row is null)
                return new NotFound();
            row.Model = change.Model;
            row.LeaderboardName = change.LeaderboardName;
            if (await files.ReadAsync(row, cancellationToken) is { } document)
            {
                await WriteAsync(row, document with { Model = change.Model, LeaderboardName = change.LeaderboardName }, transaction, cancellationToken);
            }
            else
            {
                await db.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }
        }

        await statistics.UpdateAsync(row.ListingId, cancellationToken);
        return row;
    }

    /// <summary>Puts what a document says into a row; used here and by the rebuilding of the index.</summary>
    internal static void Fill(SubmissionRow row, SubmissionDocument document, int version, string hash)
    {
        var score = new SubmissionScore(document.Tasks);
        row.Version = version;
        row.Hash = hash;
        row.Status = score.Status == GradeStatus.Pending ? SubmissionStatus.Pending : SubmissionStatus.Completed;
        row.PendingCount = document.Tasks.Sum(task => task.Criteria.Count(criterion => criterion.Status == GradeStatus.Pending));
        row.Score = score.Score;
        row.PassRate = score.PassRate;
        row.CompletedAt = document.CompletedAt;
        row.Error = null;
    }

    private async Task WriteAsync(
        SubmissionRow row, SubmissionDocument document, Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction, CancellationToken cancellationToken)
    {
        var folder = SubmissionFiles.FolderOf(row.Workspace, row.Id);
        var replaced = row.Hash is { } hash ? DocumentStore.PathOf(folder, row.Version, hash) : (BlobPath?)null;
        var made = DocumentStore.Make(folder, row.Version + 1, document, Listings.ListingJson.Default.SubmissionDocument);
        var intent = await intents.BeginAsync(row.Workspace, MarketSubmissions.IntentKind, [new IntentWrite(made.Blob.Path, row.Id.Value, made.Version, made.Hash)], null, cancellationToken);
        await blobs.PutAsync([made.Blob], cancellationToken);
        Fill(row, document, made.Version, made.Hash);
        await db.SaveChangesAsync(cancellationToken);
        await intents.EnsureHeldAsync(intent, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (replaced is { } old)
            await blobs.DeleteAsync([old], CancellationToken.None);
        await intents.CompleteAsync(intent, CancellationToken.None);
    }
}

using EvalMarket.Core.Data;
using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Responses = EvalMarket.Formats.Bundles.Submissions;

namespace EvalMarket.Core.Market.Submissions;

/// <summary>
/// Takes responses in, within the quota of the workspace and listing. The count is made under the workspace's lock and in the transaction that adds the submission, so that it holds
/// however many come at once.
/// </summary>
public sealed class MarketSubmissions(
    EvalMarketDbContext db, Tenant tenant, IBlobStore blobs, MarketDirectory market, MarketFiles files, MarketGrants grants, IntentLog intents, IOptions<Limits> limits, TimeProvider clock)
{
    public const string IntentKind = "submissions";

    /// <summary>The quota counts within this time.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(30);

    /// <summary>How many submissions the workspace has made within the window, and how many it may make.</summary>
    public async Task<QuotaUse> QuotaAsync(ListingRow listing, CancellationToken cancellationToken)
    {
        var times = await Recent(listing.Id).OrderBy(row => row.CreatedAt).Select(row => row.CreatedAt).ToListAsync(cancellationToken);
        // Room comes when as many have aged out as are too many.
        var free = times.Count < listing.Quota ? (DateTimeOffset?)null : times[times.Count - listing.Quota] + Window;
        return new QuotaUse(times.Count, listing.Quota, free) { Wait = free is { } at ? at - clock.GetUtcNow() : TimeSpan.Zero };
    }

    /// <summary>
    /// Checks and keeps responses; they are not graded yet. <c>not_granted</c>, <c>not_for_sale</c>, <c>invalid_submission</c> with every error, <c>quota_reached</c>.
    /// </summary>
    public async Task<Outcome<SubmissionRow>> SubmitAsync(ListingRow listing, NewSubmission submission, Stream content, CancellationToken cancellationToken)
    {
        if (Refusal(listing) is { } refusal)
            return refusal;
        if (!await grants.HasAsync(listing, MarketProducts.Evaluation, cancellationToken))
            return new Forbidden("Your workspace has not been granted this listing. Ask the seller for it first.");
        if (submission.Check() is { } invalid)
            return invalid;
        if (await QuotaAsync(listing, cancellationToken) is { IsReached: true } used)
            return Reached(used);

        var version = await market.VersionAsync(listing, null, cancellationToken)
            ?? throw new StorageException(StorageFailure.Missing, $"Listing {listing.Id} has no version {listing.Version} in the index. Run reindex.");
        var workspace = tenant.Required;
        var now = clock.GetUtcNow();
        var id = TypeId.New<SubmissionId>(now);
        var path = SubmissionFiles.ResponsesOf(workspace, id);
        var intent = await intents.BeginAsync(workspace, IntentKind, [new IntentWrite(path, id.Value)], null, cancellationToken);
        var isKept = false;
        try
        {
            await blobs.PutAsync(path, content, limits.Value.SubmissionBytes, cancellationToken);
            var (count, errors, errorCount) = await CheckAsync(listing, version, path, cancellationToken);
            if (errorCount > 0)
                return new Invalid("invalid_submission", errorCount == 1 ? errors[0].Message : $"{errorCount:N0} errors in the responses. Nothing was kept, and nothing counts against the quota.", errors);

            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            if (!await db.LockWorkspaceAsync(workspace, cancellationToken))
                return new NotFound();
            if (await QuotaAsync(listing, cancellationToken) is { IsReached: true } full)
                return Reached(full);

            var row = new SubmissionRow
            {
                Workspace = workspace, Id = id, Seller = listing.Workspace, ListingId = listing.Id, ListingVersion = version.Number, Status = SubmissionStatus.Queued, Reveal = listing.Reveal,
                TaskCount = version.ScoredCount, AnsweredCount = count, Model = submission.Model, LeaderboardName = submission.LeaderboardName, CreatedAt = now, CreatedBy = tenant.Actor.Name,
            };
            db.Submissions.Add(row);
            await db.SaveChangesAsync(cancellationToken);
            intent = await intents.RenewAsync(intent, [], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            isKept = true;
            db.Entry(row).State = EntityState.Detached;
            return row;
        }
        catch (StorageException exception) when (exception.Failure == StorageFailure.TooLarge)
        {
            return new TooLarge("submission_bytes", limits.Value.SubmissionBytes, null);
        }
        finally
        {
            if (!isKept)
                await blobs.DeleteAsync([path], CancellationToken.None);
            await intents.CompleteAsync(intent, CancellationToken.None);
        }
    }

    private static Conflict? Refusal(ListingRow listing) =>
        listing.Version == 0 ? new Conflict("not_published", "This listing has not been published yet: there is nothing to answer.")
        : !listing.Products.HasFlag(MarketProducts.Evaluation) ? new Conflict("not_for_sale", "This listing takes no submissions: only its core dataset is sold.")
        : null;

    private static QuotaReached Reached(QuotaUse used) =>
        new($"Your workspace has used {used.Used} of {used.Quota} submissions within 30 days.", used.Wait);

    private IQueryable<SubmissionRow> Recent(ListingId listing)
    {
        var from = clock.GetUtcNow() - Window;
        return db.Submissions.AsNoTracking().Where(row => row.ListingId == listing && row.CreatedAt > from);
    }

    private async Task<(int Count, IReadOnlyList<ContentError> Errors, int ErrorCount)> CheckAsync(ListingRow listing, MarketVersion version, BlobPath path, CancellationToken cancellationToken)
    {
        await using var tasks = await files.OpenTasksAsync(listing.Id, version.Number, cancellationToken);
        var ids = await ResponseReading.TaskIdsAsync(tasks, cancellationToken);
        var report = await Responses.CheckAsync(
            async token => await blobs.OpenReadAsync(path, token) ?? throw new StorageException(StorageFailure.Missing, "The responses are not in the store any more. Send them again."),
            ids, new BundleBounds(), cancellationToken);
        return (report.Answered, report.Errors, report.ErrorCount);
    }
}

/// <summary>What goes along with responses.</summary>
/// <param name="Model">The model that gave them.</param>
/// <param name="LeaderboardName">The name to be on the leaderboard under; null to stay off it.</param>
public sealed record NewSubmission(string? Model, string? LeaderboardName)
{
    internal Invalid? Check()
    {
        List<ContentError> errors = [];
        if (Model is { Length: 0 or > SubmissionRow.NameLength } || Model?.Any(char.IsControl) == true)
            errors.Add(new ContentError($"1 to {SubmissionRow.NameLength} characters.", "/model"));
        if (LeaderboardName is { Length: 0 or > SubmissionRow.NameLength } || LeaderboardName?.Any(char.IsControl) == true)
            errors.Add(new ContentError($"1 to {SubmissionRow.NameLength} characters, or none to stay off the leaderboard.", "/leaderboard"));
        return errors.Count == 0 ? null : new Invalid("invalid_submission", errors[0].Message, errors);
    }
}

/// <summary>How much of a quota is used.</summary>
/// <param name="FreeAt">When there is room again; null when there is now.</param>
public sealed record QuotaUse(int Used, int Quota, DateTimeOffset? FreeAt)
{
    public bool IsReached => Used >= Quota;

    public int Left => Math.Max(0, Quota - Used);

    internal TimeSpan Wait { get; init; }
}

using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Annotation;

/// <summary>Makes queues, changes their settings, and deletes them: document first, then the row, whose (version, hash) is the commit point.</summary>
public sealed class QueueChanges(
    EvalMarketDbContext db, IBlobStore blobs, IntentLog intents, QueueWriter writer, QueueSettingsCheck check, IOptions<Limits> limits)
{
    public async Task<Outcome<QueueRow>> AddAsync(QueueSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (await check.CheckAsync(settings, isNew: true, cancellationToken) is { } invalid)
        {
            return invalid;
        }

        var workspace = db.Tenant.Required;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken))
        {
            return new NotFound();
        }

        if (await db.Queues.CountAsync(cancellationToken) >= limits.Value.QueuesPerWorkspace)
        {
            return new TooLarge("queues_per_workspace", limits.Value.QueuesPerWorkspace, null);
        }

        var now = writer.Now();
        var document = new QueueDocument
        {
            Id = TypeId.New<QueueId>(now),
            Name = settings.Name!,
            Instructions = OrNull(settings.Instructions),
            ReviewsPerSession = settings.ReviewsPerSession ?? 1,
            Blind = settings.Blind ?? true,
            Status = settings.Status ?? QueueSettings.Open,
            ReservationMinutes = settings.ReservationMinutes ?? QueueSettings.DefaultReservationMinutes,
            Reviewers = Distinct(settings.Reviewers ?? []),
            CreatedAt = now,
            CreatedBy = db.Tenant.Actor.Name,
            UpdatedAt = now,
        };
        var blob = DocumentStore.Make(QueueFiles.FolderOf(workspace, document.Id), 1, document, QueueJson.Default.QueueDocument);
        var intent = await AnnounceAsync(document.Id, blob, cancellationToken);
        await blobs.PutAsync([blob.Blob], cancellationToken);
        var row = document.ToRow(workspace, blob.Version, blob.Hash);
        db.Queues.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        await intents.EnsureHeldAsync(intent, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await intents.CompleteAsync(intent, CancellationToken.None);
        return row;
    }

    /// <summary>Changes what is given. How many reviews a session gets can be changed until the first one is in: what has been agreed on by then would mean something else.</summary>
    public async Task<Outcome<QueueRow>> ChangeAsync(QueueId id, QueueSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (await check.CheckAsync(settings, isNew: false, cancellationToken) is { } invalid)
        {
            return await db.Queues.AnyAsync(row => row.Id == id, cancellationToken) ? invalid : new NotFound();
        }

        var workspace = db.Tenant.Required;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken) || await writer.LockAsync(id, cancellationToken) is not { } row)
        {
            return new NotFound();
        }

        if (settings.ReviewsPerSession is { } reviews && reviews != row.ReviewsPerSession
            && await db.QueueReviews.AnyAsync(review => review.QueueId == id && review.Skip == null, cancellationToken))
        {
            return new Conflict("has_reviews", "The number of reviews of each session can be changed until the first review is in. Make another queue for another number.");
        }

        var before = QueueDocument.Of(row);
        var after = before with
        {
            Name = settings.Name ?? before.Name,
            Instructions = settings.Instructions is null ? before.Instructions : OrNull(settings.Instructions),
            ReviewsPerSession = settings.ReviewsPerSession ?? before.ReviewsPerSession,
            Blind = settings.Blind ?? before.Blind,
            Status = settings.Status ?? before.Status,
            ReservationMinutes = settings.ReservationMinutes ?? before.ReservationMinutes,
            Reviewers = settings.Reviewers is { } reviewers ? Distinct(reviewers) : before.Reviewers,
        };
        // Lists compare by reference.
        if (after with { Reviewers = before.Reviewers } == before && after.Reviewers.SequenceEqual(before.Reviewers))
        {
            return row;
        }

        after = after with { UpdatedAt = writer.Now() };
        var folder = QueueFiles.FolderOf(workspace, id);
        var blob = DocumentStore.Make(folder, row.Version + 1, after, QueueJson.Default.QueueDocument);
        var intent = await AnnounceAsync(id, blob, cancellationToken);
        await blobs.PutAsync([blob.Blob], cancellationToken);
        var changed = after.ToRow(workspace, blob.Version, blob.Hash);
        changed.LogSequence = row.LogSequence;
        changed.Revision = row.Revision;
        db.Queues.Update(changed);
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        await intents.EnsureHeldAsync(intent, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await blobs.DeleteAsync([DocumentStore.PathOf(folder, row.Version, row.Hash)], CancellationToken.None);
        await intents.CompleteAsync(intent, CancellationToken.None);
        return changed;
    }

    /// <summary>Deletes a queue with its reviews; what has landed on sessions stays there.</summary>
    public async Task<Outcome<QueueRow>> DeleteAsync(QueueId id, CancellationToken cancellationToken)
    {
        var workspace = db.Tenant.Required;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken) || await writer.LockAsync(id, cancellationToken) is not { } row)
        {
            return new NotFound();
        }

        var folder = QueueFiles.FolderOf(workspace, id);
        var intent = await intents.BeginAsync(
            workspace,
            QueueWriter.IntentKind,
            [new IntentWrite(DocumentStore.PathOf(folder, row.Version, row.Hash), id.Value, row.Version, row.Hash)],
            null,
            cancellationToken);
        await db.QueueItems.Where(item => item.QueueId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Queues.Where(queue => queue.Id == id).ExecuteDeleteAsync(cancellationToken);
        await intents.EnsureHeldAsync(intent, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        List<BlobPath> files = [];
        await foreach (var blob in blobs.ListAsync($"{folder}/", CancellationToken.None))
        {
            files.Add(blob.Path);
        }

        await blobs.DeleteAsync(files, CancellationToken.None);
        await intents.CompleteAsync(intent, CancellationToken.None);
        return row;
    }

    private Task<Intent> AnnounceAsync(QueueId id, Document document, CancellationToken cancellationToken) => intents.BeginAsync(
        db.Tenant.Required, QueueWriter.IntentKind, [new IntentWrite(document.Blob.Path, id.Value, document.Version, document.Hash)], null, cancellationToken);

    private static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static IReadOnlyList<string> Distinct(IReadOnlyList<string> texts) => [.. texts.Distinct(StringComparer.Ordinal)];
}

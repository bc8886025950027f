using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Annotation;

/// <summary>
/// Changes of what is in a queue and of what was said there: rows in a transaction under the workspace's lock and the queue's, one immutable file of the queue's log, and the sequence on
/// the queue's row as the commit point.
/// </summary>
public sealed class QueueWriter(EvalMarketDbContext db, IBlobStore blobs, IntentLog intents, TimeProvider clock)
{
    public const string IntentKind = "queues";

    private readonly AppendLog log = new(blobs);

    /// <summary>Lock, apply, log file, sequence, commit. Nothing is kept when the change is refused or wrote no line.</summary>
    internal async Task<Outcome<T>> WriteAsync<T>(QueueId id, Func<QueueWriting, Task<Outcome<T>>> apply, CancellationToken cancellationToken)
        where T : notnull
    {
        var workspace = db.Tenant.Required;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Always in this order: who takes the queue's lock alone takes no other.
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken) || await LockAsync(id, cancellationToken) is not { } row)
        {
            return new NotFound();
        }

        var writing = new QueueWriting(row, row.LogSequence + 1, Now(), db.Tenant.Actor.Identity);
        var result = await apply(writing);
        if (result.Failure is not null || writing.Lines.Count == 0)
        {
            return result;
        }

        var path = AppendLog.PathOf(QueueFiles.LogOf(workspace, id), writing.Sequence);
        var intent = await intents.BeginAsync(workspace, IntentKind, [new IntentWrite(path, id.Value, (int)writing.Sequence)], null, cancellationToken);
        // Under the lock, a file of a number that the row has not reached is what a failed attempt left.
        await blobs.DeleteAsync([path], cancellationToken);
        await log.AppendAsync(
            QueueFiles.LogOf(workspace, id),
            writing.Sequence,
            writing.Lines.Select(line => (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(line, QueueJson.Compact.QueueLogLine)),
            cancellationToken);
        await db.Queues.Where(queue => queue.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(queue => queue.LogSequence, writing.Sequence), cancellationToken);
        IReadOnlyList<Intent> announced = writing.Label is { } label ? [label, intent] : [intent];
        foreach (var each in announced)
        {
            await intents.EnsureHeldAsync(each, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        foreach (var each in announced)
        {
            await intents.CompleteAsync(each, CancellationToken.None);
        }

        return result;
    }

    /// <summary>Takes the queue's lock until the transaction ends; null when the queue is gone.</summary>
    internal async Task<QueueRow?> LockAsync(QueueId id, CancellationToken cancellationToken) =>
        await db.Queues.Where(row => row.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Revision, row => row.Revision + 1), cancellationToken) == 0
            ? null
            : await db.Queues.AsNoTracking().SingleAsync(row => row.Id == id, cancellationToken);

    /// <summary>Files hold milliseconds.</summary>
    internal DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}

/// <summary>A change of a queue while it is made.</summary>
/// <param name="Queue">As it is, locked.</param>
/// <param name="Sequence">Of the log file that the change becomes.</param>
internal sealed record QueueWriting(QueueRow Queue, long Sequence, DateTimeOffset At, string By)
{
    public List<QueueLogLine> Lines { get; } = [];

    /// <summary>The change of labels that goes along.</summary>
    public Intent? Label { get; set; }
}

using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Sessions.Labels;

/// <summary>
/// Changes labels of any number of sessions, and puts remarks on messages: one immutable log file, then one set-based update,
/// under the workspace's lock. The log's sequence number on the workspace row is the commit point.
/// </summary>
public sealed class SessionLabels(
    EvalMarketDbContext db, IBlobStore blobs, LabelLog log, IntentLog intents, LabelIndex index, IOptions<Limits> limits, TimeProvider clock)
{
    public const string IntentKind = "labels";

    /// <summary>Sessions that are looked at and changed at once; memory and statements stay this size however many match.</summary>
    private const int BatchSize = 5_000;

    /// <summary>Sessions that are put back at once: their texts are read, which may be long.</summary>
    private const int UndoBatchSize = 1_000;

    /// <summary>Applies a change to all sessions that match.</summary>
    /// <returns>How many sessions are different now.</returns>
    /// <inheritdoc cref="RecordAsync"/>
    public async Task<Outcome<int>> ChangeAsync(
        SessionFilter filter, LabelChange change, Func<long, CancellationToken, Task>? progress, CancellationToken cancellationToken)
    {
        var outcome = await RecordAsync(filter, change, progress, cancellationToken);
        return outcome.Succeeded(out var result, out var failure) ? result.Sessions : failure;
    }

    /// <summary>Applies a change to all sessions that match, and says under which number it is recorded.</summary>
    /// <param name="filter">Which; ids that are not there are passed over.</param>
    /// <param name="change">What.</param>
    /// <param name="progress">Told the number of sessions looked at so far.</param>
    /// <param name="cancellationToken">Cancels; nothing is changed.</param>
    public async Task<Outcome<LabelResult>> RecordAsync(
        SessionFilter filter, LabelChange change, Func<long, CancellationToken, Task>? progress, CancellationToken cancellationToken)
    {
        return await WriteAsync((writer, moment) => ChangeAsync(filter, change, writer, moment, progress, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Applies a change as a part of a larger one, in its transaction, which holds the workspace's lock. The answer's intent, null where nothing is different, is asked for right before
    /// the commit and completed right after it.
    /// </summary>
    internal Task<LabelStep<LabelResult>> RecordWithinAsync(SessionFilter filter, LabelChange change, CancellationToken cancellationToken) =>
        WriteWithinAsync((writer, moment) => ChangeAsync(filter, change, writer, moment, null, cancellationToken), cancellationToken);

    /// <summary>
    /// Takes a change back: its sessions get the values from before it, but for those whose labels somebody else has changed since. That is a change as well,
    /// and can be taken back.
    /// </summary>
    /// <param name="change">Its number.</param>
    /// <param name="progress">Told the number of sessions looked at so far.</param>
    /// <param name="cancellationToken">Cancels; nothing is changed.</param>
    public async Task<Outcome<LabelUndo>> UndoAsync(long change, Func<long, CancellationToken, Task>? progress, CancellationToken cancellationToken)
    {
        if (!await db.LabelChanges.AnyAsync(row => row.Sequence == change, cancellationToken))
        {
            return new NotFound();
        }

        return await WriteAsync(Lines, cancellationToken);

        async Task<Outcome<LabelUndo>> Lines(LabelLogWriter writer, LabelMoment moment)
        {
            var (restored, kept, full, seen) = (0, 0, 0, 0L);
            SessionId? after = null;
            while (true)
            {
                var batch = await index.ListUndoableAsync(change, moment.By, after, UndoBatchSize, cancellationToken);
                if (batch.Count == 0)
                {
                    return full > 0 ? TooManyTags(full) : new LabelUndo(restored, kept, restored > 0 ? moment.Sequence : null);
                }

                var candidates = batch.Where(entry => !entry.IsChangedByOthers).Select(entry => entry.Session).ToList();
                kept += batch.Count - candidates.Count;
                var ids = await index.UndoAsync(candidates, change, moment, cancellationToken);
                if (ids.Count > 0)
                {
                    var line = new LabelLogLine { At = moment.At, By = moment.By, Ids = ids, Undo = change };
                    await index.CountAsync(line, moment.Sequence, cancellationToken);
                    writer.Add(line);
                    restored += ids.Count;
                    full += await CountFullAsync(ids, cancellationToken);
                }

                seen += batch.Count;
                after = batch[^1].Session;
                if (progress is not null)
                {
                    await progress(seen, cancellationToken);
                }
            }
        }
    }

    /// <summary>Puts a comment or a tag on a message. The message must be one of the session's.</summary>
    public async Task<Outcome<MessageAnnotation>> AnnotateAsync(
        SessionId session, MessageId message, MessageAnnotationKind kind, string text, string? author, CancellationToken cancellationToken)
    {
        var line = new LabelLogLine
        {
            At = Now(),
            By = author ?? db.Tenant.Actor.Name,
            Id = session,
            MessageId = message,
            Comment = kind == MessageAnnotationKind.Comment ? text : null,
            Tag = kind == MessageAnnotationKind.Tag ? text : null,
        };
        var tagged = kind != MessageAnnotationKind.Tag
            ? null
            : await db.MessageAnnotations.AsNoTracking().FirstOrDefaultAsync(
                row => row.SessionId == session && row.MessageId == message && row.Kind == kind && row.Text == text, cancellationToken);
        if (tagged is not null)
        {
            return tagged;
        }

        return await WriteAsync<MessageAnnotation>(
            async (writer, moment) =>
            {
                writer.Add(line);
                return await index.AnnotateAsync(line, moment.Sequence, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Takes a remark away from a message: its author may, and who administers the workspace.</summary>
    /// <param name="session">The session.</param>
    /// <param name="message">Its message.</param>
    /// <param name="remark">The remark's <see cref="MessageAnnotation.Sequence"/>.</param>
    /// <param name="cancellationToken">Cancels; nothing is changed.</param>
    /// <returns>How many are gone: none when somebody else was faster.</returns>
    public async Task<Outcome<int>> RemoveRemarkAsync(SessionId session, MessageId message, long remark, CancellationToken cancellationToken)
    {
        var author = await db.MessageAnnotations
            .Where(row => row.SessionId == session && row.MessageId == message && row.Sequence == remark)
            .Select(row => row.Author)
            .FirstOrDefaultAsync(cancellationToken);
        if (author is null)
        {
            return new NotFound();
        }

        if (!MayRemove(db.Tenant.Actor, author))
        {
            return new Forbidden("Only who wrote it, or an administrator, can delete it.");
        }

        return await WriteAsync<int>(
            async (writer, moment) =>
            {
                var line = new LabelLogLine { At = moment.At, By = moment.By, Id = session, MessageId = message, Removes = remark };
                var removed = await index.RemoveRemarkAsync(line, cancellationToken);
                if (removed > 0)
                {
                    writer.Add(line);
                }

                return removed;
            },
            cancellationToken);
    }

    /// <summary>Whether somebody may take away what an author has put on a message.</summary>
    public static bool MayRemove(Actor actor, string author)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return (actor.Name.Length > 0 && actor.Name == author) || actor.May(Permission.Administer);
    }

    /// <summary>Changes all that match, a batch at a time.</summary>
    private async Task<Outcome<LabelResult>> ChangeAsync(
        SessionFilter filter, LabelChange change, LabelLogWriter writer, LabelMoment moment, Func<long, CancellationToken, Task>? progress, CancellationToken cancellationToken)
    {
        var (changed, full, seen) = (0, 0, 0L);
        SessionId? after = null;
        while (true)
        {
            var batch = await db.Where(filter)
                .Where(row => after == null || row.Id > after.Value)
                .OrderBy(row => row.Id)
                .Take(BatchSize)
                .Select(row => row.Id)
                .ToListAsync(cancellationToken);
            if (batch.Count == 0)
            {
                return full > 0 ? TooManyTags(full) : new LabelResult(changed, changed > 0 ? moment.Sequence : null);
            }

            var ids = await index.ChangeAsync(batch, change, moment, cancellationToken);
            if (ids.Count > 0)
            {
                var line = LabelLogLine.Of(change, ids, moment.At, moment.By);
                await index.CountAsync(line, moment.Sequence, cancellationToken);
                writer.Add(line);
                changed += ids.Count;
                full += change.AddTags.Count > 0 ? await CountFullAsync(ids, cancellationToken) : 0;
            }

            seen += batch.Count;
            after = batch[^1];
            if (progress is not null)
            {
                await progress(seen, cancellationToken);
            }
        }
    }

    /// <summary>Sessions that have more tags now than they may. A change that would make such is refused as a whole.</summary>
    private Task<int> CountFullAsync(IReadOnlyList<SessionId> ids, CancellationToken cancellationToken)
    {
        var most = limits.Value.TagsPerSession;
        return db.Sessions.Where(row => ids.Contains(row.Id)).CountAsync(row => row.Tags.Count > most, cancellationToken);
    }

    private Invalid TooManyTags(int sessions)
    {
        var message = $"Nothing was changed: {(sessions == 1 ? "a session" : $"{sessions:N0} sessions")} would have more than {limits.Value.TagsPerSession:N0} tags (Limits:TagsPerSession).";
        return new Invalid("too_many_tags", message, [new ContentError(message)]);
    }

    /// <summary>Lock, apply, log file, sequence, commit.</summary>
    private async Task<Outcome<T>> WriteAsync<T>(Func<LabelLogWriter, LabelMoment, Task<Outcome<T>>> apply, CancellationToken cancellationToken)
        where T : notnull
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(db.Tenant.Required, cancellationToken))
        {
            return new NotFound();
        }

        var step = await WriteWithinAsync(apply, cancellationToken);
        if (step.Intent is { } intent)
        {
            await intents.EnsureHeldAsync(intent, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            await intents.CompleteAsync(intent, CancellationToken.None);
        }

        return step.Result;
    }

    /// <summary>Apply, log file, sequence; locking before and committing after is the caller's.</summary>
    private async Task<LabelStep<T>> WriteWithinAsync<T>(Func<LabelLogWriter, LabelMoment, Task<Outcome<T>>> apply, CancellationToken cancellationToken)
        where T : notnull
    {
        var workspace = db.Tenant.Required;
        var place = await db.Workspaces.Where(row => row.Slug == workspace).Select(row => new { row.LabelSequence, row.Revision }).SingleAsync(cancellationToken);
        var sequence = 1 + place.LabelSequence;
        var writer = new LabelLogWriter();
        var result = await apply(writer, new LabelMoment(sequence, place.Revision, Now(), db.Tenant.Actor.Name));
        // A refusal takes what was applied back, with the transaction.
        if (result.Failure is not null || writer.IsEmpty)
        {
            return new LabelStep<T>(result, null);
        }

        var path = LabelLog.PathOf(workspace, sequence);
        var intent = await intents.BeginAsync(workspace, IntentKind, [new IntentWrite(path, Version: (int)sequence)], null, cancellationToken);
        // Under the lock, a file of a number that the row has not reached is what a failed attempt left.
        await blobs.DeleteAsync([path], cancellationToken);
        await log.AppendAsync(workspace, sequence, writer.Lines, cancellationToken);
        await db.Workspaces.Where(row => row.Slug == workspace)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LabelSequence, sequence), cancellationToken);
        return new LabelStep<T>(result, intent);
    }

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}

/// <summary>A change of labels within a transaction that somebody else commits.</summary>
/// <param name="Intent">Stands until the commit; null where nothing was written.</param>
internal readonly record struct LabelStep<T>(Outcome<T> Result, Intent? Intent)
    where T : notnull;

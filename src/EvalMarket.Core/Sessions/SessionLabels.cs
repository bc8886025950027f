using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions;

/// <summary>
/// Changes labels of any number of sessions, and puts remarks on messages: one immutable log file, then one set-based update,
/// under the workspace's lock. The log's sequence number on the workspace row is the commit point.
/// </summary>
public sealed class SessionLabels(EvalMarketDbContext db, IBlobStore blobs, LabelLog log, IntentLog intents, TimeProvider clock)
{
    public const string IntentKind = "labels";

    /// <summary>Sessions that are looked at and changed at once; memory and statements stay this size however many match.</summary>
    private const int BatchSize = 5_000;

    /// <summary>Applies a change to all sessions that match.</summary>
    /// <param name="filter">Which; ids that are not there are passed over.</param>
    /// <param name="change">What.</param>
    /// <param name="progress">Told the number of sessions looked at so far.</param>
    /// <param name="cancellationToken">Cancels; nothing is changed.</param>
    /// <returns>How many sessions are different now.</returns>
    public async Task<Outcome<int>> ChangeAsync(
        SessionFilter filter, LabelChange change, Func<long, CancellationToken, Task>? progress, CancellationToken cancellationToken)
    {
        var at = Now();
        var by = db.Tenant.Actor.Name;
        return await WriteAsync(Lines, cancellationToken);

        async Task<int> Lines(LabelLogWriter writer, long sequence)
        {
            var changed = 0;
            var seen = 0L;
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
                    return changed;
                }

                var ids = await ApplyAsync(batch, change, at, by, cancellationToken);
                if (ids.Count > 0)
                {
                    writer.Add(LabelLogLine.Of(change, ids, at, by));
                    changed += ids.Count;
                }

                seen += batch.Count;
                after = batch[^1];
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

        return await WriteAsync(
            async (writer, sequence) =>
            {
                writer.Add(line);
                var row = ToAnnotation(line, sequence);
                db.MessageAnnotations.Add(row);
                await db.SaveChangesAsync(cancellationToken);
                return row;
            },
            cancellationToken);
    }

    /// <summary>Applies a change to the rows of the given sessions. Also how logs are replayed.</summary>
    /// <returns>Those that are different now.</returns>
    internal async Task<IReadOnlyList<SessionId>> ApplyAsync(
        IReadOnlyList<SessionId> ids, LabelChange change, DateTimeOffset at, string by, CancellationToken cancellationToken)
    {
        var notes = change.Notes?.Value;
        var expected = change.ExpectedOutput?.Value;
        var states = await db.Sessions
            .Where(row => ids.Contains(row.Id))
            .OrderBy(row => row.Id)
            .Select(row => new
            {
                row.Id,
                row.EvalReady,
                row.EvalStatus,
                HasSameNotes = row.EvalNotes == notes,
                HasSameExpected = row.ExpectedOutput == expected,
            })
            .ToListAsync(cancellationToken);
        var tags = change.ChangesTags ? await ReadTagsAsync(ids, cancellationToken) : null;

        var marked = new List<SessionId>();
        var reviewed = new List<SessionId>();
        foreach (var state in states)
        {
            var ready = change.EvalReady ?? state.EvalReady;
            var status = change.Status is { } given ? given.Value : state.EvalStatus;
            status ??= ready ? EvalStatus.NeedsReview : null;
            var isReviewed = (change.Status is not null && status != state.EvalStatus)
                || (change.Notes is not null && !state.HasSameNotes)
                || (change.ExpectedOutput is not null && !state.HasSameExpected)
                || (tags is not null && !change.ApplyTo([.. tags[state.Id]]).SequenceEqual(tags[state.Id]));
            if (isReviewed)
            {
                reviewed.Add(state.Id);
            }
            else if (ready != state.EvalReady || status != state.EvalStatus)
            {
                marked.Add(state.Id);
            }
        }

        if (marked.Count + reviewed.Count == 0)
        {
            return [];
        }

        await UpdateRowsAsync(marked, change, null, null, cancellationToken);
        await UpdateRowsAsync(reviewed, change, at, by, cancellationToken);
        if (tags is not null)
        {
            await WriteTagsAsync(reviewed, tags, change, cancellationToken);
        }

        db.ChangeTracker.Clear();
        return [.. marked.Concat(reviewed).Order()];
    }

    /// <summary>Applies one line of a label log, as <c>reindex</c> does; lines about sessions that have been deleted since do nothing.</summary>
    internal async Task ReplayAsync(LabelLogLine line, long sequence, CancellationToken cancellationToken)
    {
        if (line.Ids is { } ids)
        {
            await ApplyAsync(ids, line.ToChange(), line.At, line.By, cancellationToken);
        }
        else if (line.Id is { } id && await db.Sessions.AnyAsync(row => row.Id == id, cancellationToken))
        {
            if (line.State is { } state)
            {
                await RestoreAsync(id, state, cancellationToken);
            }
            else
            {
                db.MessageAnnotations.Add(ToAnnotation(line, sequence));
                await db.SaveChangesAsync(cancellationToken);
                db.ChangeTracker.Clear();
            }
        }
    }

    private async Task RestoreAsync(SessionId id, EvalLabels state, CancellationToken cancellationToken)
    {
        await db.Sessions.Where(row => row.Id == id).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.EvalReady, state.EvalReady)
                .SetProperty(row => row.EvalStatus, state.Status)
                .SetProperty(row => row.EvalNotes, state.Notes)
                .SetProperty(row => row.ExpectedOutput, state.ExpectedOutput)
                .SetProperty(row => row.ReviewedAt, state.ReviewedAt)
                .SetProperty(row => row.ReviewedBy, state.ReviewedBy),
            cancellationToken);
        await db.SessionTags.Where(tag => tag.SessionId == id).ExecuteDeleteAsync(cancellationToken);
        db.SessionTags.AddRange(state.Tags.Select((tag, i) => new SessionTag { Workspace = db.Tenant.Required, SessionId = id, Tag = tag, Ordinal = i }));
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }

    private MessageAnnotation ToAnnotation(LabelLogLine line, long sequence) => new()
    {
        Workspace = db.Tenant.Required,
        SessionId = line.Id!.Value,
        MessageId = line.MessageId!.Value,
        Sequence = line.Sequence ?? sequence,
        Kind = line.Comment is not null ? MessageAnnotationKind.Comment : MessageAnnotationKind.Tag,
        Text = line.Comment ?? line.Tag!,
        Author = line.By,
        CreatedAt = line.At,
    };

    private async Task UpdateRowsAsync(
        IReadOnlyList<SessionId> ids, LabelChange change, DateTimeOffset? reviewedAt, string? reviewedBy, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return;
        }

        await db.Sessions.Where(row => ids.Contains(row.Id)).ExecuteUpdateAsync(
            set =>
            {
                // An eval-ready session always has a status: needs_review when nobody has given one.
                var fallback = (EvalStatus?)EvalStatus.NeedsReview;
                var ready = change.EvalReady;
                if (ready is not null)
                {
                    set.SetProperty(row => row.EvalReady, ready.Value);
                }

                if (change.Status is { Value: { } status })
                {
                    set.SetProperty(row => row.EvalStatus, status);
                }
                else if (change.Status is not null)
                {
                    set.SetProperty(row => row.EvalStatus, row => (ready ?? row.EvalReady) ? fallback : null);
                }
                else if (ready == true)
                {
                    set.SetProperty(row => row.EvalStatus, row => row.EvalStatus ?? fallback);
                }

                if (change.Notes is { } notes)
                {
                    set.SetProperty(row => row.EvalNotes, notes.Value);
                }

                if (change.ExpectedOutput is { } expected)
                {
                    set.SetProperty(row => row.ExpectedOutput, expected.Value);
                }

                if (reviewedAt is not null)
                {
                    set.SetProperty(row => row.ReviewedAt, reviewedAt);
                    set.SetProperty(row => row.ReviewedBy, reviewedBy);
                }
            },
            cancellationToken);
    }

    private async Task<ILookup<SessionId, string>> ReadTagsAsync(IReadOnlyList<SessionId> ids, CancellationToken cancellationToken) =>
        (await db.SessionTags
            .Where(tag => ids.Contains(tag.SessionId))
            .OrderBy(tag => tag.SessionId).ThenBy(tag => tag.Ordinal)
            .Select(tag => new { tag.SessionId, tag.Tag })
            .ToListAsync(cancellationToken))
        .ToLookup(tag => tag.SessionId, tag => tag.Tag);

    private async Task WriteTagsAsync(
        IReadOnlyList<SessionId> ids, ILookup<SessionId, string> before, LabelChange change, CancellationToken cancellationToken)
    {
        // Ordinals are the places in the list, so the tags of a changed session are written anew.
        var different = ids.Where(id => !change.ApplyTo([.. before[id]]).SequenceEqual(before[id])).ToList();
        await db.SessionTags.Where(tag => different.Contains(tag.SessionId)).ExecuteDeleteAsync(cancellationToken);
        foreach (var id in different)
        {
            db.SessionTags.AddRange(change.ApplyTo([.. before[id]])
                .Select((tag, i) => new SessionTag { Workspace = db.Tenant.Required, SessionId = id, Tag = tag, Ordinal = i }));
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Lock, apply, log file, sequence, commit.</summary>
    private async Task<Outcome<T>> WriteAsync<T>(Func<LabelLogWriter, long, Task<T>> apply, CancellationToken cancellationToken)
        where T : notnull
    {
        var workspace = db.Tenant.Required;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(workspace, cancellationToken))
        {
            return new NotFound();
        }

        var sequence = 1 + await db.Workspaces.Where(row => row.Slug == workspace).Select(row => row.LabelSequence).SingleAsync(cancellationToken);
        var writer = new LabelLogWriter();
        var result = await apply(writer, sequence);
        if (writer.IsEmpty)
        {
            return result;
        }

        var path = LabelLog.PathOf(workspace, sequence);
        var intent = await intents.BeginAsync(workspace, IntentKind, [new IntentWrite(path, Version: (int)sequence)], null, cancellationToken);
        // Under the lock, a file of a number that the row has not reached is what a failed attempt left.
        await blobs.DeleteAsync([path], cancellationToken);
        await log.AppendAsync(workspace, sequence, writer.Lines, cancellationToken);
        await db.Workspaces.Where(row => row.Slug == workspace)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LabelSequence, sequence), cancellationToken);
        await intents.EnsureHeldAsync(intent, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await intents.CompleteAsync(intent, CancellationToken.None);
        return result;
    }

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}

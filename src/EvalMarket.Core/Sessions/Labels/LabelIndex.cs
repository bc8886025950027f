using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions.Labels;

/// <summary>
/// The labels in the index: applies changes to the rows of sessions and records what these were before. Labelling and replaying the logs both come here, so that
/// <c>reindex</c> gives the same rows. All of it happens in the caller's transaction.
/// </summary>
public sealed class LabelIndex(EvalMarketDbContext db)
{
    /// <summary>Rows of history that are inserted at once.</summary>
    private const int InsertSize = 1_000;

    /// <summary>Applies a change to the rows of the given sessions.</summary>
    /// <returns>Those that are different now.</returns>
    internal async Task<IReadOnlyList<SessionId>> ChangeAsync(
        IReadOnlyList<SessionId> ids, LabelChange change, LabelMoment moment, CancellationToken cancellationToken)
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
                row.ReviewedAt,
                row.ReviewedBy,
                HasSameNotes = row.EvalNotes == notes,
                HasSameExpected = row.ExpectedOutput == expected,
            })
            .ToListAsync(cancellationToken);
        var tags = change.ChangesTags ? await ReadTagsAsync(ids, cancellationToken) : null;

        var marked = new List<SessionId>();
        var reviewed = new List<SessionId>();
        var history = new List<LabelHistoryRow>();
        foreach (var state in states)
        {
            var ready = change.EvalReady ?? state.EvalReady;
            var status = change.Status is { } given ? given.Value : state.EvalStatus;
            status ??= ready ? EvalStatus.NeedsReview : null;
            var fields = (ready != state.EvalReady ? LabelFields.EvalReady : LabelFields.None)
                | (status != state.EvalStatus ? LabelFields.Status : LabelFields.None)
                | (change.Notes is not null && !state.HasSameNotes ? LabelFields.Notes : LabelFields.None)
                | (change.ExpectedOutput is not null && !state.HasSameExpected ? LabelFields.ExpectedOutput : LabelFields.None)
                | (tags is not null && !change.ApplyTo([.. tags[state.Id]]).SequenceEqual(tags[state.Id]) ? LabelFields.Tags : LabelFields.None);
            if (fields == LabelFields.None)
            {
                continue;
            }

            var isMark = fields == (fields & (LabelFields.EvalReady | LabelFields.Status)) && (change.Status is null || !fields.HasFlag(LabelFields.Status));
            (isMark ? marked : reviewed).Add(state.Id);
            history.Add(new LabelHistoryRow
            {
                Workspace = db.Tenant.Required,
                SessionId = state.Id,
                Sequence = moment.Sequence,
                Fields = fields,
                ReadyBefore = state.EvalReady,
                ReadyAfter = ready,
                StatusBefore = state.EvalStatus,
                StatusAfter = status,
                ReviewedAtBefore = state.ReviewedAt,
                ReviewedByBefore = state.ReviewedBy,
            });
        }

        if (history.Count == 0)
        {
            return [];
        }

        // Before the update: it says what the sessions are now.
        await RecordAsync(history, tags, cancellationToken);
        await UpdateRowsAsync(marked, change, moment, isReview: false, cancellationToken);
        await UpdateRowsAsync(reviewed, change, moment, isReview: true, cancellationToken);
        if (tags is not null)
        {
            var different = history.Where(row => row.Fields.HasFlag(LabelFields.Tags)).Select(row => row.SessionId);
            await WriteTagsAsync(different.ToDictionary(id => id, id => change.ApplyTo([.. tags[id]])), cancellationToken);
        }

        db.ChangeTracker.Clear();
        return [.. history.Select(row => row.SessionId)];
    }

    /// <summary>Sessions of a change, by id, and whether somebody else has changed their labels since.</summary>
    internal Task<List<UndoableSession>> ListUndoableAsync(long change, string by, SessionId? after, int limit, CancellationToken cancellationToken) =>
        db.LabelHistory
            .Where(row => row.Sequence == change && (after == null || row.SessionId > after.Value))
            .OrderBy(row => row.SessionId)
            .Take(limit)
            .Select(row => new UndoableSession(
                row.SessionId,
                db.LabelHistory.Any(later => later.SessionId == row.SessionId && later.Sequence > change
                    && db.LabelChanges.Any(other => other.Sequence == later.Sequence && other.By != by))))
            .ToListAsync(cancellationToken);

    /// <summary>
    /// Gives sessions the values from before a change, in the fields that it changed. Tags that were added or taken away since by the same person stay so; who
    /// reviewed a session last is put back where that was this change, or nothing has come after it.
    /// </summary>
    /// <returns>Those that are different now.</returns>
    internal async Task<IReadOnlyList<SessionId>> UndoAsync(
        IReadOnlyList<SessionId> ids, long undone, LabelMoment moment, CancellationToken cancellationToken)
    {
        if (await db.LabelChanges.AsNoTracking().FirstOrDefaultAsync(row => row.Sequence == undone, cancellationToken) is not { } change)
        {
            return [];
        }

        var changes = (await db.LabelHistory.AsNoTracking()
            .Where(row => row.Sequence >= undone && row.Sequence < moment.Sequence && ids.Contains(row.SessionId))
            .OrderBy(row => row.SessionId).ThenBy(row => row.Sequence)
            .ToListAsync(cancellationToken)).ToLookup(row => row.SessionId);
        var states = await db.Sessions.AsNoTracking().Where(row => ids.Contains(row.Id))
            .OrderBy(row => row.Id)
            .Select(row => new { row.Id, row.EvalReady, row.EvalStatus, row.EvalNotes, row.ExpectedOutput, row.ReviewedAt, row.ReviewedBy })
            .ToListAsync(cancellationToken);
        var tags = await ReadTagsAsync(ids, cancellationToken);

        var history = new List<LabelHistoryRow>();
        var restored = new List<SessionLabelState>();
        foreach (var state in states.Where(state => changes[state.Id].FirstOrDefault()?.Sequence == undone))
        {
            var now = new SessionLabelState(state.Id, new EvalLabels
            {
                EvalReady = state.EvalReady,
                Status = state.EvalStatus,
                Notes = state.EvalNotes,
                ExpectedOutput = state.ExpectedOutput,
                Tags = [.. tags[state.Id]],
                ReviewedAt = state.ReviewedAt,
                ReviewedBy = state.ReviewedBy,
            });
            var withReview = changes[state.Id].Count() == 1 || (state.ReviewedAt == change.At && state.ReviewedBy == change.By);
            var then = LabelUndoing.Before([.. changes[state.Id]], now.Labels, withReview);
            var fields = LabelUndoing.Difference(now.Labels, then);
            if (fields != LabelFields.None)
            {
                restored.Add(new SessionLabelState(state.Id, then));
                history.Add(new LabelHistoryRow
                {
                    Workspace = db.Tenant.Required,
                    SessionId = state.Id,
                    Sequence = moment.Sequence,
                    Fields = fields,
                    ReadyBefore = state.EvalReady,
                    ReadyAfter = then.EvalReady,
                    StatusBefore = state.EvalStatus,
                    StatusAfter = then.Status,
                    ReviewedAtBefore = state.ReviewedAt,
                    ReviewedByBefore = state.ReviewedBy,
                });
            }
        }

        if (history.Count == 0)
        {
            return [];
        }

        await RecordAsync(history, tags, cancellationToken);
        await WriteStatesAsync(restored, moment.Revision, cancellationToken);
        var different = history.Where(row => row.Fields.HasFlag(LabelFields.Tags)).Select(row => row.SessionId).ToHashSet();
        await WriteTagsAsync(restored.Where(state => different.Contains(state.Session)).ToDictionary(state => state.Session, state => state.Labels.Tags), cancellationToken);
        return [.. history.Select(row => row.SessionId)];
    }

    /// <summary>Adds the sessions of a line to the change that the line is part of.</summary>
    internal async Task CountAsync(LabelLogLine line, long sequence, CancellationToken cancellationToken)
    {
        var sessions = line.Ids!.Count;
        var known = await db.LabelChanges.Where(row => row.Sequence == sequence)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Sessions, row => row.Sessions + sessions), cancellationToken);
        if (known > 0)
        {
            return;
        }

        db.LabelChanges.Add(new LabelChangeRow
        {
            Workspace = db.Tenant.Required,
            Sequence = sequence,
            At = line.At,
            By = line.By,
            Sessions = sessions,
            Undoes = line.Undo,
            Summary = line.Undo is null ? JsonSerializer.Serialize(line.ToSummary(), SessionJsonContext.Compact.LabelSummary) : null,
        });
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }

    /// <summary>Adds the row of a remark.</summary>
    internal async Task<MessageAnnotation> AnnotateAsync(LabelLogLine line, long sequence, CancellationToken cancellationToken)
    {
        var row = new MessageAnnotation
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
        db.MessageAnnotations.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        return row;
    }

    /// <summary>Deletes the row of a remark.</summary>
    internal Task<int> RemoveRemarkAsync(LabelLogLine line, CancellationToken cancellationToken) =>
        db.MessageAnnotations
            .Where(row => row.SessionId == line.Id!.Value && row.MessageId == line.MessageId!.Value && row.Sequence == line.Removes!.Value)
            .ExecuteDeleteAsync(cancellationToken);

    /// <summary>Applies one line of a label log, as <c>reindex</c> does; of sessions that have been deleted since, nothing comes back.</summary>
    internal async Task ReplayAsync(LabelLogLine line, long sequence, long revision, CancellationToken cancellationToken)
    {
        if (line.Ids is { } ids)
        {
            var moment = new LabelMoment(sequence, revision, line.At, line.By);
            if (line.Undo is { } undone)
            {
                await UndoAsync(ids, undone, moment, cancellationToken);
            }
            else
            {
                await ChangeAsync(ids, line.ToChange(), moment, cancellationToken);
            }

            await CountAsync(line, sequence, cancellationToken);
        }
        else if (line.Id is { } id && await db.Sessions.AnyAsync(row => row.Id == id, cancellationToken))
        {
            if (line.State is { } state)
            {
                await WriteStatesAsync([new SessionLabelState(id, state)], revision, cancellationToken);
                await WriteTagsAsync(new Dictionary<SessionId, IReadOnlyList<string>> { [id] = state.Tags }, cancellationToken);
            }
            else if (line.Removes is not null)
            {
                await RemoveRemarkAsync(line, cancellationToken);
            }
            else
            {
                await AnnotateAsync(line, sequence, cancellationToken);
            }
        }
    }

    /// <summary>Inserts rows of history, with the texts that the sessions have now.</summary>
    private async Task RecordAsync(IEnumerable<LabelHistoryRow> history, ILookup<SessionId, string>? tags, CancellationToken cancellationToken)
    {
        const LabelFields Columns = LabelFields.Notes | LabelFields.ExpectedOutput;
        foreach (var rows in history.Chunk(InsertSize))
        {
            var withTexts = rows.Where(row => (row.Fields & Columns) != LabelFields.None).Select(row => row.SessionId).ToList();
            var texts = withTexts.Count == 0 ? [] : await db.Sessions.Where(row => withTexts.Contains(row.Id))
                .Select(row => new { row.Id, row.EvalNotes, row.ExpectedOutput })
                .ToDictionaryAsync(row => row.Id, cancellationToken);
            foreach (var row in rows)
            {
                var entry = db.LabelHistory.Add(row);
                if ((row.Fields & (Columns | LabelFields.Tags)) != LabelFields.None)
                {
                    var before = texts.GetValueOrDefault(row.SessionId);
                    entry.Property(history => history.TextsBefore).CurrentValue = JsonSerializer.Serialize(
                        new LabelTexts
                        {
                            Notes = row.Fields.HasFlag(LabelFields.Notes) ? before?.EvalNotes : null,
                            ExpectedOutput = row.Fields.HasFlag(LabelFields.ExpectedOutput) ? before?.ExpectedOutput : null,
                            Tags = row.Fields.HasFlag(LabelFields.Tags) ? [.. tags![row.SessionId]] : null,
                        },
                        SessionJsonContext.Compact.LabelTexts);
                }
            }

            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }
    }

    private async Task<ILookup<SessionId, string>> ReadTagsAsync(IReadOnlyList<SessionId> ids, CancellationToken cancellationToken) =>
        (await db.SessionTags
            .Where(tag => ids.Contains(tag.SessionId))
            .OrderBy(tag => tag.SessionId).ThenBy(tag => tag.Ordinal)
            .Select(tag => new { tag.SessionId, tag.Tag })
            .ToListAsync(cancellationToken))
        .ToLookup(tag => tag.SessionId, tag => tag.Tag);

    /// <summary>Ordinals are the places in the list, so the tags of a changed session are written anew.</summary>
    private async Task WriteTagsAsync(IReadOnlyDictionary<SessionId, IReadOnlyList<string>> tags, CancellationToken cancellationToken)
    {
        if (tags.Count == 0)
        {
            return;
        }

        var ids = tags.Keys.ToList();
        await db.SessionTags.Where(tag => ids.Contains(tag.SessionId)).ExecuteDeleteAsync(cancellationToken);
        foreach (var (id, list) in tags)
        {
            db.SessionTags.AddRange(list.Select((tag, i) => new SessionTag { Workspace = db.Tenant.Required, SessionId = id, Tag = tag, Ordinal = i }));
        }

        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }

    /// <summary>Gives each row its own values, tags apart. The rows are not read for it: only these columns are named in the update.</summary>
    private async Task WriteStatesAsync(IReadOnlyList<SessionLabelState> states, long revision, CancellationToken cancellationToken)
    {
        foreach (var (id, labels) in states)
        {
            var row = db.Sessions.Attach(new SessionRow { Workspace = db.Tenant.Required, Id = id, Version = 0, Hash = "", Title = "", Chunks = "" });
            Set(nameof(SessionRow.EvalReady), labels.EvalReady);
            Set(nameof(SessionRow.EvalStatus), labels.Status);
            Set(nameof(SessionRow.EvalNotes), labels.Notes);
            Set(nameof(SessionRow.ExpectedOutput), labels.ExpectedOutput);
            Set(nameof(SessionRow.ReviewedAt), labels.ReviewedAt);
            Set(nameof(SessionRow.ReviewedBy), labels.ReviewedBy);
            Set(nameof(SessionRow.Revision), revision);

            void Set(string name, object? value)
            {
                var property = row.Property(name);
                property.CurrentValue = value;
                property.IsModified = true;
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
    }

    private async Task UpdateRowsAsync(
        IReadOnlyList<SessionId> ids, LabelChange change, LabelMoment moment, bool isReview, CancellationToken cancellationToken)
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

                set.SetProperty(row => row.Revision, moment.Revision);
                if (isReview)
                {
                    set.SetProperty(row => row.ReviewedAt, moment.At);
                    set.SetProperty(row => row.ReviewedBy, moment.By);
                }
            },
            cancellationToken);
    }
}

/// <summary>A session of a change that is to be taken back.</summary>
internal sealed record UndoableSession(SessionId Session, bool IsChangedByOthers);

/// <summary>A session and the labels that it has or gets.</summary>
internal readonly record struct SessionLabelState(SessionId Session, EvalLabels Labels);

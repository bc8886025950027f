using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions.Labels;

/// <summary>Who labelled what and when. Reads rows only, never files.</summary>
public sealed class LabelHistory(EvalMarketDbContext db)
{
    /// <summary>The changes of a session's labels, newest first.</summary>
    /// <param name="session">Which.</param>
    /// <param name="before">The last change of the page before; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null when there is no such session.</returns>
    public async Task<LabelHistoryPage?> ListAsync(SessionId session, long? before, int limit, CancellationToken cancellationToken)
    {
        if (await StateAsync(session, before, cancellationToken) is not { } after)
        {
            return null;
        }

        var found = await db.LabelHistory.AsNoTracking()
            .Where(row => row.SessionId == session && (before == null || row.Sequence < before))
            .OrderByDescending(row => row.Sequence)
            .Take(limit + 1)
            .Join(db.LabelChanges, row => row.Sequence, change => change.Sequence, (row, change) => new { Row = row, Change = change })
            .OrderByDescending(pair => pair.Row.Sequence)
            .ToListAsync(cancellationToken);
        var entries = new List<LabelHistoryEntry>(limit);
        foreach (var pair in found.Take(limit))
        {
            // What a change left is what the next one of the field found.
            var state = Earlier(after, pair.Row);
            entries.Add(new LabelHistoryEntry(
                pair.Row.Sequence, pair.Change.At, pair.Change.By, pair.Change.Sessions, pair.Change.Undoes, pair.Row.Fields, state, after));
            after = state;
        }

        return new LabelHistoryPage(entries, found.Count > limit ? entries[^1].Change : null);
    }

    /// <summary>One change of labels; null when there is none of that number.</summary>
    public async Task<LabelChangeOverview?> FindAsync(long change, CancellationToken cancellationToken) =>
        await db.LabelChanges.AsNoTracking().FirstOrDefaultAsync(row => row.Sequence == change, cancellationToken) is { } row ? ToOverview(row) : null;

    /// <summary>The changes of labels in the workspace, newest first.</summary>
    /// <param name="filter">Whose, and when.</param>
    /// <param name="before">The last change of the page before; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<LabelChangeOverview>> ListAsync(LabelChangeFilter filter, long? before, int limit, CancellationToken cancellationToken) =>
        [.. (await db.LabelChanges.AsNoTracking()
            .Where(row => before == null || row.Sequence < before)
            .Where(row => filter.By == null || row.By == filter.By)
            .Where(row => filter.From == null || row.At >= filter.From)
            .Where(row => filter.To == null || row.At < filter.To)
            .OrderByDescending(row => row.Sequence)
            .Take(limit)
            .ToListAsync(cancellationToken)).Select(ToOverview)];

    /// <summary>The sessions of a change that are still there, by id.</summary>
    public async Task<IReadOnlyList<(SessionId Id, string Title)>> SessionsOfAsync(long change, int limit, CancellationToken cancellationToken) =>
        [.. (await db.LabelHistory
            .Where(row => row.Sequence == change)
            .OrderBy(row => row.SessionId)
            .Take(limit)
            .Join(db.Sessions, row => row.SessionId, session => session.Id, (row, session) => new { session.Id, session.Title })
            .OrderBy(session => session.Id)
            .ToListAsync(cancellationToken)).Select(session => (session.Id, session.Title))];

    private static LabelChangeOverview ToOverview(LabelChangeRow row)
    {
        var summary = row.Summary is { } json ? JsonSerializer.Deserialize(json, SessionJsonContext.Compact.LabelSummary) : null;
        var change = summary is null ? null
            : new LabelLogLine { At = row.At, By = row.By, Set = summary.Set, AddTags = summary.AddTags, RemoveTags = summary.RemoveTags }.ToChange();
        return new LabelChangeOverview(row.Sequence, row.At, row.By, row.Sessions, row.Undoes, change);
    }

    /// <summary>The labels of a session as they were right before a change, or as they are.</summary>
    private async Task<EvalLabels?> StateAsync(SessionId session, long? before, CancellationToken cancellationToken)
    {
        var row = await db.Sessions.AsNoTracking().Where(row => row.Id == session)
            .Include(row => row.Tags.OrderBy(tag => tag.Ordinal))
            .FirstOrDefaultAsync(cancellationToken);
        if (row is null)
        {
            return null;
        }

        var state = SessionContent.LabelsOf(row);
        if (before is not { } from)
        {
            return state;
        }

        // The first change of each field since then found what the field was.
        foreach (var field in new[] { LabelFields.EvalReady, LabelFields.Status, LabelFields.Notes, LabelFields.Tags, LabelFields.ExpectedOutput })
        {
            var next = await db.LabelHistory.AsNoTracking()
                .Where(change => change.SessionId == session && change.Sequence >= from && (change.Fields & field) == field)
                .OrderBy(change => change.Sequence)
                .FirstOrDefaultAsync(cancellationToken);
            state = next is null ? state : Earlier(state, next, field);
        }

        return state;
    }

    private static EvalLabels Earlier(EvalLabels after, LabelHistoryRow row) => Earlier(after, row, row.Fields);

    private static EvalLabels Earlier(EvalLabels after, LabelHistoryRow row, LabelFields fields)
    {
        var texts = LabelUndoing.TextsOf(row);
        return after with
        {
            EvalReady = fields.HasFlag(LabelFields.EvalReady) ? row.ReadyBefore : after.EvalReady,
            Status = fields.HasFlag(LabelFields.Status) ? row.StatusBefore : after.Status,
            Notes = fields.HasFlag(LabelFields.Notes) ? texts.Notes : after.Notes,
            Tags = fields.HasFlag(LabelFields.Tags) ? texts.Tags ?? [] : after.Tags,
            ExpectedOutput = fields.HasFlag(LabelFields.ExpectedOutput) ? texts.ExpectedOutput : after.ExpectedOutput,
        };
    }
}

/// <summary>Which changes of labels. What is null does not narrow.</summary>
/// <param name="By">Who made them.</param>
/// <param name="From">At this time or later.</param>
/// <param name="To">Before this time.</param>
public sealed record LabelChangeFilter(string? By = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>A page of a session's history.</summary>
/// <param name="Next">The change after which the next page begins; null on the last one.</param>
public sealed record LabelHistoryPage(IReadOnlyList<LabelHistoryEntry> Items, long? Next);

/// <summary>What a change did to a session.</summary>
/// <param name="Change">Its number.</param>
/// <param name="Sessions">How many sessions it changed in all.</param>
/// <param name="Undoes">The change that it took back.</param>
/// <param name="Fields">What it changed here.</param>
/// <param name="Before">The labels that it found; as to who reviewed them and when, this says nothing.</param>
/// <param name="After">The labels that it left.</param>
public sealed record LabelHistoryEntry(
    long Change, DateTimeOffset At, string By, int Sessions, long? Undoes, LabelFields Fields, EvalLabels Before, EvalLabels After);

/// <summary>A change of labels as a whole.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Sessions">How many sessions it changed, those deleted since included.</param>
/// <param name="Undoes">The change that it took back.</param>
/// <param name="What">What it set; null for one that took another back.</param>
public sealed record LabelChangeOverview(long Number, DateTimeOffset At, string By, int Sessions, long? Undoes, LabelChange? What);

using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions.Transcripts;

/// <summary>Some messages of a session, in order, with the results of the tools that they call wherever those stand.</summary>
/// <param name="Outline">Of the whole session.</param>
/// <param name="From">Index of the first message.</param>
/// <param name="To">Index after the last one.</param>
/// <param name="Messages">By index: those of the window, and those that bring results to it. With the remarks made here.</param>
/// <param name="Remarks">Who put which comment or tag on a message here.</param>
public sealed record SessionWindow(
    SessionOutline Outline, int From, int To, IReadOnlyDictionary<int, Message> Messages, ILookup<MessageId, MessageAnnotation> Remarks);

/// <summary>Reads parts of sessions, opening only the chunks that hold them.</summary>
public sealed class SessionWindows(EvalMarketDbContext db, SessionFiles files, SessionOutlines outlines)
{
    public Task<SessionOutline> OutlineAsync(SessionRow row, CancellationToken cancellationToken) => outlines.GetAsync(row, cancellationToken);

    /// <summary>The messages from one index to before another; what is beyond the ends is left out.</summary>
    /// <exception cref="Storage.StorageException">A chunk is missing or damaged.</exception>
    public async Task<SessionWindow> ReadAsync(SessionRow row, int from, int to, CancellationToken cancellationToken)
    {
        var outline = await outlines.GetAsync(row, cancellationToken);
        from = Math.Clamp(from, 0, outline.Count);
        to = Math.Clamp(to, from, outline.Count);
        SortedSet<int> wanted = [.. Enumerable.Range(from, to - from).Where(index => !outline[index].IsFoldedAway), .. outline.ResultsOf(from, to).Select(place => place.Message)];
        var messages = new Dictionary<int, Message>(wanted.Count);
        await foreach (var (index, message) in files.ReadMessagesAtAsync(row, [.. wanted], cancellationToken))
        {
            messages.Add(index, message);
        }

        var remarks = await RemarksAsync(row.Id, [.. messages.Values.Select(message => message.Id!.Value)], cancellationToken);
        foreach (var (index, message) in messages.ToList())
        {
            messages[index] = SessionStore.Annotate(message, remarks[message.Id!.Value]);
        }

        return new SessionWindow(outline, from, to, messages, remarks);
    }

    /// <summary>One message, with the remarks made here; null when the session has none of this id.</summary>
    /// <exception cref="Storage.StorageException">A chunk is missing or damaged.</exception>
    public async Task<Message?> FindAsync(SessionRow row, MessageId id, CancellationToken cancellationToken)
    {
        var outline = await outlines.GetAsync(row, cancellationToken);
        if (outline.IndexOf(id) is not { } index)
        {
            return null;
        }

        await foreach (var (_, message) in files.ReadMessagesAtAsync(row, [index], cancellationToken))
        {
            return SessionStore.Annotate(message, (await RemarksAsync(row.Id, [id], cancellationToken))[id]);
        }

        return null;
    }

    /// <summary>Tags that were put on messages in this workspace, the commonest first.</summary>
    public async Task<IReadOnlyList<string>> KnownTagsAsync(int limit, CancellationToken cancellationToken) =>
        await db.MessageAnnotations.Where(row => row.Kind == MessageAnnotationKind.Tag)
            .GroupBy(row => row.Text)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key)
            .Take(limit)
            .Select(group => group.Key)
            .ToListAsync(cancellationToken);

    private async Task<ILookup<MessageId, MessageAnnotation>> RemarksAsync(SessionId session, IReadOnlyList<MessageId> messages, CancellationToken cancellationToken) =>
        (await db.MessageAnnotations.AsNoTracking()
            .Where(remark => remark.SessionId == session && messages.Contains(remark.MessageId))
            .OrderBy(remark => remark.Sequence)
            .ToListAsync(cancellationToken)).ToLookup(remark => remark.MessageId);
}

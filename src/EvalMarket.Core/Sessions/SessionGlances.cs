using EvalMarket.Core.Data;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions;

/// <summary>Looks at the ends of sessions without reading what is between: a session of a hundred thousand messages costs as much as a short one.</summary>
public sealed class SessionGlances(EvalMarketDbContext db, SessionFiles files)
{
    /// <summary>A window of the first messages, with the remarks made here. Results that directly follow the last call are in it.</summary>
    /// <param name="row">The session.</param>
    /// <param name="count">How many, about.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>A window whose outline is that of the beginning alone: making the whole session's would read all of it.</returns>
    /// <exception cref="StorageException">A chunk is missing or damaged. What was read before is not checked to its end.</exception>
    public async Task<SessionWindow> BeginningAsync(SessionRow row, int count, CancellationToken cancellationToken)
    {
        var messages = new List<Message>(Math.Min(count, row.MessageCount));
        var sketches = new List<MessageSketch>(messages.Capacity);
        await foreach (var line in files.ReadLinesAsync(row, cancellationToken))
        {
            var sketch = MessageSketch.Read(line.Span);
            if (messages.Count >= count && sketch.Role != MessageRole.Tool)
            {
                break;
            }

            sketches.Add(sketch);
            messages.Add(MessageLines.Read(line));
        }

        var (id, ids) = (row.Id, messages.Select(message => message.Id!.Value).ToList());
        var remarks = (await db.MessageAnnotations.AsNoTracking()
            .Where(remark => remark.SessionId == id && ids.Contains(remark.MessageId))
            .OrderBy(remark => remark.Sequence)
            .ToListAsync(cancellationToken)).ToLookup(remark => remark.MessageId);
        return new SessionWindow(
            SessionOutline.Of(sketches),
            0,
            messages.Count,
            messages.Index().ToDictionary(entry => entry.Index, entry => SessionStore.Annotate(entry.Item, remarks[entry.Item.Id!.Value])),
            remarks);
    }

    /// <summary>The answer of the last turn that has one: what an expected output is compared with. Null when no turn has an answer.</summary>
    /// <exception cref="StorageException">A chunk is missing or damaged.</exception>
    public async Task<string?> LastAnswerAsync(SessionRow row, CancellationToken cancellationToken)
    {
        if (row.TurnCount == 0)
        {
            return null;
        }

        // Where any turn has an answer, the last assistant text of the session is the answer of the last of them.
        foreach (var chunk in SessionFiles.ChunksOf(row).Reverse())
        {
            Message? last = null;
            await foreach (var message in files.ReadMessagesAsync(row.Workspace, [chunk], cancellationToken))
            {
                if (message.Role == MessageRole.Assistant && Turns.HasText(message))
                {
                    last = message;
                }
            }

            if (last is not null)
            {
                return last.Content;
            }
        }

        return null;
    }
}

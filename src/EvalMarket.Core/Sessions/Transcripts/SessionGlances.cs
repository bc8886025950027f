using EvalMarket.Core.Storage;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions.Transcripts;

/// <summary>Looks at the ends of sessions without reading what is between: a session of a hundred thousand messages costs as much as a short one.</summary>
public sealed class SessionGlances(SessionFiles files)
{
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

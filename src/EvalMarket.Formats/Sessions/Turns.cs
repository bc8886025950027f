namespace EvalMarket.Formats.Sessions;

/// <summary>
/// One or more consecutive user messages and what follows until the next user message. System messages belong to no turn.
/// </summary>
/// <param name="Input">The texts of the user messages, joined by a blank line; "" when none of them has text (an image alone).</param>
/// <param name="Output">The last assistant text of the turn, or null: in agent sessions the first one is a preamble, not the answer.</param>
/// <param name="FirstIndex">Index of the turn's first message (a user message).</param>
/// <param name="LastIndex">Index of the turn's last message that is no system message.</param>
/// <param name="UserIndexes">Indexes of the user messages, at least one.</param>
/// <param name="AnswerIndex">Index of the message that <paramref name="Output"/> comes from.</param>
public sealed record Turn(string Input, string? Output, int FirstIndex, int LastIndex, IReadOnlyList<int> UserIndexes, int? AnswerIndex)
{
    /// <summary>A turn with an answer is a pair: it can be exported as input and output.</summary>
    public bool IsPair => Output is not null;
}

/// <summary>How a session's messages fall into turns. Every export, count and clone uses this one reading.</summary>
public static class Turns
{
    private const string Paragraph = "\n\n";

    /// <summary>The turns in order. What stands before the first user message belongs to none.</summary>
    public static IEnumerable<Turn> Of(IReadOnlyList<Message> messages)
    {
        List<int> users = [];
        int? answer = null;
        var last = -1;
        for (var i = 0; i < messages.Count; i++)
        {
            switch (messages[i].Role)
            {
                case MessageRole.System:
                    continue;
                case MessageRole.User:
                    // Nothing but system messages since the last user message: still the same turn.
                    if (users.Count > 0 && last != users[^1])
                    {
                        yield return Make(messages, users, answer, last);
                        users = [];
                        answer = null;
                    }

                    users.Add(i);
                    break;
                case MessageRole.Assistant when users.Count > 0 && HasText(messages[i]):
                    answer = i;
                    break;
            }

            last = i;
        }

        if (users.Count > 0)
        {
            yield return Make(messages, users, answer, last);
        }
    }

    /// <summary>How many turns have an answer.</summary>
    public static int CountPairs(IReadOnlyList<Message> messages) => Of(messages).Count(turn => turn.IsPair);

    /// <summary>A message "with text" has something to read in it.</summary>
    public static bool HasText(Message message) => !string.IsNullOrWhiteSpace(message.Content);

    private static Turn Make(IReadOnlyList<Message> messages, List<int> users, int? answer, int last) => new(
        string.Join(Paragraph, users.Select(index => messages[index]).Where(HasText).Select(message => message.Content)),
        answer is { } index ? messages[index].Content : null,
        users[0],
        last,
        users,
        answer);
}

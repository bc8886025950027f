using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Datasets;

/// <summary>An item that a turn of a session becomes.</summary>
/// <param name="Item">Without an id.</param>
/// <param name="HistoryOmitted">Messages, the oldest ones, that had no room in its history.</param>
public sealed record SessionItem(DatasetItem Item, int HistoryOmitted);

/// <summary>
/// Makes items of a session's turns (<see cref="Turns"/>), as the mapping table of the seed has it: human and AI message, time of the human message, comments and
/// tags of both, everything that was said before, and what was known about the participant.
/// </summary>
public static class SessionItems
{
    /// <summary>Member of an item's metadata: how many messages its history had no room for.</summary>
    public const string HistoryOmitted = "history_omitted";

    /// <summary>The items in the order of the turns. A turn whose user messages have no text (a picture alone) becomes none: an item has an input.</summary>
    /// <param name="session">Where the messages are from.</param>
    /// <param name="messages">All of the session, with their ids, comments and tags.</param>
    /// <param name="wanted">A turn is taken when a user message of it or its answer is wanted; null takes all.</param>
    /// <param name="historyBytes">Most bytes of text, as UTF-8, in the history of one item: the newest messages stay.</param>
    public static IEnumerable<SessionItem> Of(SessionId session, IReadOnlyList<Message> messages, Func<Message, bool>? wanted, int historyBytes)
    {
        List<HistoryMessage> said = [];
        List<long> ends = [0];
        var next = 0;
        foreach (var turn in Turns.Of(messages))
        {
            for (; next < turn.FirstIndex; next++)
            {
                if (Turns.HasText(messages[next]) && HistoryMessageTypes.Of(messages[next].Role) is { } type)
                {
                    said.Add(new HistoryMessage(type, messages[next].Content, messages[next].Summary));
                    ends.Add(ends[^1] + Encoding.UTF8.GetByteCount(messages[next].Content) + Encoding.UTF8.GetByteCount(messages[next].Summary ?? ""));
                }
            }

            var users = turn.UserIndexes.Select(index => messages[index]).ToList();
            var answer = turn.AnswerIndex is { } at ? messages[at] : null;
            if (turn.Input.Length == 0 || (wanted is not null && !users.Exists(message => wanted(message)) && (answer is null || !wanted(answer))))
            {
                continue;
            }

            // Ends are ascending: the first message from which on the rest fits.
            var first = ends.BinarySearch(ends[^1] - historyBytes);
            first = Math.Max(0, first < 0 ? ~first : first);
            yield return new SessionItem(Make(session, turn, users, answer, said.GetRange(first, said.Count - first), first), first);
        }
    }

    /// <summary>How many turns become no item for want of a text of the user.</summary>
    public static int CountWithoutInput(IReadOnlyList<Message> messages) => Turns.Of(messages).Count(turn => turn.Input.Length == 0);

    private static DatasetItem Make(SessionId session, Turn turn, List<Message> users, Message? answer, IReadOnlyList<HistoryMessage> history, int omitted)
    {
        List<Message> both = answer is null ? users : [.. users, answer];
        return new DatasetItem
        {
            Input = turn.Input,
            Output = turn.Output ?? "",
            Context = ContextOf(users, both),
            History = history,
            ParticipantData = users.Select(message => message.ParticipantData).FirstOrDefault(data => data is not null) ?? JsonObjects.Empty,
            SessionState = users.Select(message => message.SessionState).FirstOrDefault(state => state is not null) ?? JsonObjects.Empty,
            Source = new ItemSource(session, [.. both.Select(message => message.Id!.Value).Take(DatasetLimits.SourceMessages)]),
            Metadata = omitted == 0 ? JsonObjects.Empty : JsonObjects.Make(writer => writer.WriteNumber(HistoryOmitted, omitted)),
        };
    }

    /// <summary><c>current_datetime</c>, <c>comments</c> and <c>tags</c>, each only where there is one.</summary>
    private static JsonElement ContextOf(List<Message> users, List<Message> both)
    {
        var at = users.Select(message => message.CreatedAt).FirstOrDefault(time => time is not null);
        var comments = both.SelectMany(message => message.Comments).Select(comment => comment.Text).ToList();
        var tags = both.SelectMany(message => message.Tags).Where(tag => !tag.System).Select(tag => tag.Name).Distinct(StringComparer.Ordinal).ToList();
        return at is null && comments.Count == 0 && tags.Count == 0 ? JsonObjects.Empty : JsonObjects.Make(writer =>
        {
            if (at is { } time)
            {
                writer.WriteString("current_datetime", Rfc3339.Format(time));
            }

            WriteTexts(writer, "comments", comments);
            WriteTexts(writer, "tags", tags);
        });
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, List<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            JsonText.WriteText(writer, text);
        }

        writer.WriteEndArray();
    }
}

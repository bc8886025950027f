using System.Runtime.InteropServices;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions.Transcripts;

/// <summary>An entry of the turn navigator.</summary>
/// <param name="Number">1 and up.</param>
/// <param name="Line">The first line of the prompt; "" when it has no text.</param>
/// <param name="FirstIndex">Index of its first message.</param>
/// <param name="LastIndex">Index of its last message.</param>
/// <param name="Tools">How many tools it called.</param>
/// <param name="Failed">How many of the tools failed.</param>
/// <param name="IsAnswered">It has an answer.</param>
public sealed record OutlineTurn(int Number, string Line, int FirstIndex, int LastIndex, int Tools, int Failed, bool IsAnswered);

/// <summary>Where a part is: index of its message, and its place among the message's parts.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PartPlace(int Message, int Part) : IComparable<PartPlace>
{
    public int CompareTo(PartPlace other) => Message != other.Message ? Message.CompareTo(other.Message) : Part.CompareTo(other.Part);

    public static bool operator <(PartPlace left, PartPlace right) => left.CompareTo(right) < 0;

    public static bool operator >(PartPlace left, PartPlace right) => left.CompareTo(right) > 0;

    public static bool operator <=(PartPlace left, PartPlace right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PartPlace left, PartPlace right) => left.CompareTo(right) >= 0;
}

/// <summary>How much of a page a message takes: lines of text, and what is folded to one line each (tools, reasoning, images).</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MessageExtent(MessageRole Role, ushort Lines, byte Folds, bool IsFoldedAway);

/// <summary>
/// What a page needs to know of all messages of a session to show some of them: ids, turns, which tool result belongs to which call, and how
/// much room each takes. About 50 bytes a message, so that it can be kept for many sessions.
/// </summary>
public sealed class SessionOutline
{
    private readonly UInt128[] ids;
    private readonly MessageExtent[] extents;
    private readonly PartPlace[] calls;
    private readonly PartPlace[] resultsOfCalls;
    private readonly PartPlace[] results;
    private readonly PartPlace[] callsOfResults;

    private SessionOutline(UInt128[] ids, MessageExtent[] extents, IReadOnlyList<OutlineTurn> turns, List<(PartPlace Call, PartPlace Result)> pairs)
    {
        this.ids = ids;
        this.extents = extents;
        Turns = turns;
        pairs.Sort((a, b) => a.Call.CompareTo(b.Call));
        calls = [.. pairs.Select(pair => pair.Call)];
        resultsOfCalls = [.. pairs.Select(pair => pair.Result)];
        pairs.Sort((a, b) => a.Result.CompareTo(b.Result));
        results = [.. pairs.Select(pair => pair.Result)];
        callsOfResults = [.. pairs.Select(pair => pair.Call)];
    }

    /// <summary>How many messages there are.</summary>
    public int Count => ids.Length;

    public IReadOnlyList<OutlineTurn> Turns { get; }

    /// <summary>How many bytes of memory it takes, roughly.</summary>
    public long Size => 200 + (ids.Length * 24L) + (calls.Length * 32L) + Turns.Sum(turn => 72L + (2 * turn.Line.Length));

    public MessageExtent this[int index] => extents[index];

    /// <summary>Where a message is; null when it is none of the session's.</summary>
    public int? IndexOf(MessageId id) => Array.IndexOf(ids, TypeId.BitsOf(id)) is >= 0 and var index ? index : null;

    /// <summary>The message in whose place this one is shown: itself, or for one that only brings results the one that called the tool.</summary>
    public int ShownAt(int index)
    {
        if (!extents[index].IsFoldedAway)
        {
            return index;
        }

        var at = Array.BinarySearch(results, new PartPlace(index, 0));
        return callsOfResults[at >= 0 ? at : ~at].Message;
    }

    /// <summary>The result that answers a call.</summary>
    public PartPlace? ResultOf(PartPlace call) => Array.BinarySearch(calls, call) is >= 0 and var at ? resultsOfCalls[at] : null;

    /// <summary>The result is shown with its call.</summary>
    public bool IsPaired(PartPlace result) => Array.BinarySearch(results, result) >= 0;

    /// <summary>The results of the calls that are made in a range of messages.</summary>
    public IEnumerable<PartPlace> ResultsOf(int from, int to)
    {
        var at = Array.BinarySearch(calls, new PartPlace(from, 0));
        for (at = at >= 0 ? at : ~at; at < calls.Length && calls[at].Message < to; at++)
        {
            yield return resultsOfCalls[at];
        }
    }

    /// <summary>How many turns begin before a message.</summary>
    public int TurnsBefore(int index)
    {
        var (low, high) = (0, Turns.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Turns[middle].FirstIndex < index ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Makes an outline of sketches, in the order of the messages.</summary>
    public static SessionOutline Of(IReadOnlyList<MessageSketch> messages)
    {
        var pairs = Pair(messages);
        var paired = pairs.Select(pair => pair.Result).ToHashSet();
        // The one reading of turns looks at roles and texts: it is given the lines instead of the texts.
        var heads = messages.Select(message => new Message { Role = message.Role, Content = message.Line.Length > 0 ? message.Line : message.HasText ? "…" : "" }).ToList();
        var turns = Formats.Sessions.Turns.Of(heads).ToList();
        return new SessionOutline(
            [.. messages.Select(message => TypeId.BitsOf(message.Id))],
            [.. messages.Select((message, index) => ExtentOf(message, index, paired))],
            [.. turns.Select((turn, index) => TurnOf(turn, index + 1, messages))],
            pairs);
    }

    /// <summary>Calls and results of one id belong together in their order: some tools count their calls anew in each turn.</summary>
    private static List<(PartPlace Call, PartPlace Result)> Pair(IReadOnlyList<MessageSketch> messages)
    {
        List<(PartPlace, PartPlace)> pairs = [];
        Dictionary<string, Queue<PartPlace>> open = new(StringComparer.Ordinal);
        Dictionary<string, Queue<PartPlace>> early = new(StringComparer.Ordinal);
        for (var index = 0; index < messages.Count; index++)
        {
            foreach (var (number, part) in messages[index].Parts.Index())
            {
                if (part.CallId is not { } id || part.Type is not (MessagePartType.ToolCall or MessagePartType.ToolResult))
                {
                    continue;
                }

                var place = new PartPlace(index, number);
                var isCall = part.Type == MessagePartType.ToolCall;
                if ((isCall ? early : open).TryGetValue(id, out var waiting) && waiting.TryDequeue(out var other))
                {
                    pairs.Add(isCall ? (place, other) : (other, place));
                }
                else
                {
                    var queues = isCall ? open : early;
                    if (!queues.TryGetValue(id, out var queue))
                    {
                        queues[id] = queue = [];
                    }

                    queue.Enqueue(place);
                }
            }
        }

        return pairs;
    }

    private static MessageExtent ExtentOf(MessageSketch message, int index, HashSet<PartPlace> paired)
    {
        const int BytesPerLine = 85;
        var hasResults = message.Parts.Any(part => part.Type == MessagePartType.ToolResult);
        var isFoldedAway = message.Role == MessageRole.Tool && hasResults && (!message.HasText || message.RepeatsResult)
            && message.Parts.Index().All(part => part.Item.Type == MessagePartType.ToolResult && paired.Contains(new PartPlace(index, part.Index)));
        var lines = message.LineEnds + (message.Length / BytesPerLine) + (message.HasText ? 1 : 0);
        return new MessageExtent(message.Role, (ushort)Math.Min(lines, ushort.MaxValue), (byte)Math.Min(message.Parts.Count, byte.MaxValue), isFoldedAway);
    }

    private static OutlineTurn TurnOf(Turn turn, int number, IReadOnlyList<MessageSketch> messages)
    {
        var (tools, failed) = (0, 0);
        for (var index = turn.FirstIndex; index <= turn.LastIndex; index++)
        {
            foreach (var part in messages[index].Parts)
            {
                tools += part.Type == MessagePartType.ToolCall ? 1 : 0;
                failed += part is { Type: MessagePartType.ToolResult, IsError: true } ? 1 : 0;
            }
        }

        var line = turn.UserIndexes.Select(index => messages[index].Line).FirstOrDefault(line => line.Length > 0) ?? "";
        return new OutlineTurn(number, line, turn.FirstIndex, turn.LastIndex, tools, failed, turn.IsPair);
    }
}

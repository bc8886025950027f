using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Datasets;

/// <summary>What a history in text form says, and everything that is wrong with it.</summary>
/// <param name="Messages">What could be read.</param>
/// <param name="Errors">With the 1-based line of the text.</param>
public sealed record HistoryReading(IReadOnlyList<HistoryMessage> Messages, IReadOnlyList<ContentError> Errors);

/// <summary>
/// The text form of a history (seed: evaluation-datasets): a line that begins with <c>user:</c>, <c>assistant:</c> or <c>system:</c>, in any case,
/// begins a message; the lines after it go on with it, blank lines and indentation kept. Blank lines at the end of a message only part it from the
/// next one. A text that begins with <c>[</c> is a JSON list of <c>{message_type, content, summary}</c> (or <c>{role, content}</c>).
/// </summary>
public static class HistoryText
{
    private static readonly (string Prefix, HistoryMessageType Type)[] Speakers =
    [
        ("user:", HistoryMessageType.Human),
        ("assistant:", HistoryMessageType.Ai),
        ("system:", HistoryMessageType.System),
    ];

    /// <summary>Reads a history. Line ends are LF, CRLF or CR; within messages they become LF.</summary>
    public static HistoryReading Parse(string text)
    {
        var start = text.AsSpan().TrimStart();
        return start.IsEmpty ? new HistoryReading([], []) : start[0] == '[' ? ParseJson(text) : ParseLines(text);
    }

    /// <summary>The history as text, one message a line; as JSON where text would not give back the same messages.</summary>
    public static string Format(IReadOnlyList<HistoryMessage> history)
    {
        if (history.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var message in history)
        {
            if (message.Summary is not null)
            {
                return FormatJson(history);
            }

            text.Append(text.Length > 0 ? "\n" : "").Append(message.Type.ToRole()).Append(": ").Append(message.Content);
        }

        var result = text.ToString();
        // Messages of one line each always come back as they were.
        var isPlain = history.All(message => message.Content.AsSpan().IndexOfAny('\r', '\n') < 0);
        return isPlain || Parse(result).Messages.SequenceEqual(history) ? result : FormatJson(history);
    }

    private static HistoryReading ParseLines(string text)
    {
        List<HistoryMessage> messages = [];
        List<ContentError> errors = [];
        var content = new StringBuilder();
        HistoryMessageType speaker = default;
        var number = 0L;
        foreach (var line in Lines(text))
        {
            number++;
            if (TrySpeaker(line, out var next, out var rest))
            {
                End(messages, speaker, content);
                speaker = next;
                content.Append(rest);
                continue;
            }

            if (speaker != default)
            {
                // Nothing behind the speaker's name: the message begins on the next line.
                content.Append(content.Length > 0 ? "\n" : "").Append(line);
            }
            else if (!line.IsWhiteSpace() && errors.Count == 0)
            {
                errors.Add(new ContentError("A history begins with user:, assistant: or system:, or it is a JSON list of messages.", Line: number));
            }
        }

        End(messages, speaker, content);
        return new HistoryReading(messages, errors);
    }

    private static LineEnumerator Lines(string text) => new(text);

    private static bool TrySpeaker(ReadOnlySpan<char> line, out HistoryMessageType speaker, out ReadOnlySpan<char> rest)
    {
        foreach (var (prefix, type) in Speakers)
        {
            if (line.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                speaker = type;
                rest = line[prefix.Length..];
                rest = rest.StartsWith(' ') ? rest[1..] : rest;
                return true;
            }
        }

        speaker = default;
        rest = default;
        return false;
    }

    private static void End(List<HistoryMessage> messages, HistoryMessageType speaker, StringBuilder content)
    {
        if (speaker == default)
        {
            return;
        }

        var text = content.ToString();
        content.Clear();
        var end = text.AsSpan().LastIndexOfAnyExcept(" \t\n") + 1;
        // Only whole blank lines at the end are cut, not the spaces behind the last words.
        var cut = text.IndexOf('\n', end);
        messages.Add(new HistoryMessage(speaker, cut < 0 ? text : text[..cut]));
    }

    private static HistoryReading ParseJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, JsonText.ReadOptions);
            List<ContentError> errors = [];
            var messages = HistoryMessages.Read(new FieldChecks(errors), document.RootElement, "", UnknownProperties.Keep);
            return new HistoryReading(errors.Count == 0 ? messages : [.. messages.Where(message => message.Type != default)], errors);
        }
        catch (JsonException exception)
        {
            return new HistoryReading([], [new ContentError(JsonProblem.Describe(exception), Line: exception.LineNumber + 1)]);
        }
    }

    private static string FormatJson(IReadOnlyList<HistoryMessage> history) => JsonObjects.MakeText(writer =>
    {
        writer.WriteStartArray();
        foreach (var message in history)
        {
            DatasetItemWriter.Write(writer, message);
        }

        writer.WriteEndArray();
    });

    /// <summary>LF, CRLF and CR only: other characters that Unicode calls line ends stay within their line.</summary>
    private ref struct LineEnumerator(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> rest = text;
        private bool isDone;

        public ReadOnlySpan<char> Current { get; private set; }

        public readonly LineEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (isDone)
            {
                return false;
            }

            var end = rest.IndexOfAny('\r', '\n');
            if (end < 0)
            {
                Current = rest;
                isDone = true;
                return true;
            }

            Current = rest[..end];
            rest = rest[(end + (rest[end] == '\r' && end + 1 < rest.Length && rest[end + 1] == '\n' ? 2 : 1))..];
            return true;
        }
    }
}

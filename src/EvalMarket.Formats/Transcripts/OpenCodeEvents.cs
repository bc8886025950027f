using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Transcripts;

/// <summary>
/// Events of OpenCode's server, one a line: <c>{type, properties}</c>, bare or as the <c>event</c> of an object. A later event about the same session, message or part replaces the earlier one;
/// pieces of a text (<c>message.part.delta</c>) are followed by the whole part.
/// </summary>
internal sealed class OpenCodeEvents(TranscriptFile file)
{
    private readonly List<TranscriptRecord> errors = [];
    private readonly Dictionary<string, Stream> sessions = [];
    private long bytes;
    private int replaced;

    /// <summary>One of the first lines is such an event.</summary>
    public static bool IsStream(TranscriptSample sample)
    {
        var rest = sample.Head;
        for (var count = 0; count < 20 && rest.Span.IndexOf((byte)'\n') is var end and >= 0; count++)
        {
            if (IsEvent(rest[..end]))
            {
                return true;
            }

            rest = rest[(end + 1)..];
        }

        return sample.IsWhole && IsEvent(rest);
    }

    public static bool IsEvent(ReadOnlyMemory<byte> line)
    {
        // Most lines of other files do not come as far as being parsed.
        if (line.Span.IndexOf("\"properties\""u8) < 0)
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(WellFormedText.OfJson(line.Span.StartsWith("\uFEFF"u8) ? line[3..] : line, out _), JsonText.ReadOptions);
            return Unwrapped(document.RootElement) is { } value && value.MemberText("type") is { } type
                && (type.StartsWith("session.", StringComparison.Ordinal) || type.StartsWith("message.", StringComparison.Ordinal));
        }
        catch (JsonException)
        {
            // Not a line of this kind.
            return false;
        }
    }

    /// <summary>Takes a line in; false when it would be too much to hold.</summary>
    public bool Add(LineReader line)
    {
        if (line.IsTooLong || line.Line.Length > file.MaxLineBytes)
        {
            errors.Add(TranscriptRecord.Bad(new ContentError($"The line is longer than {file.MaxLineBytes:N0} bytes; it was left out.", Line: line.Number, File: file.Name)));
            return true;
        }

        if (line.Line.Span.Trim(" \t"u8).IsEmpty)
        {
            return true;
        }

        try
        {
            using var document = JsonDocument.Parse(WellFormedText.OfJson(line.Line, out var wrong), JsonText.ReadOptions);
            replaced += wrong;
            if (Unwrapped(document.RootElement) is { } value)
            {
                Add(value.MemberText("type"), value.Member("properties") ?? default, line.Line.Length);
            }
        }
        catch (JsonException exception)
        {
            var cut = line.IsUnterminated ? "The last line ends in the middle (the file was still being written); it was left out." : JsonProblem.Describe(exception) + " The line was left out.";
            errors.Add(TranscriptRecord.Bad(new ContentError(cut, Line: line.Number, File: file.Name)));
        }

        if (bytes <= file.MaxSessionBytes)
        {
            return true;
        }

        errors.Add(TranscriptRecord.Bad(TranscriptProblems.SessionTooLarge(file, line.Number)));
        sessions.Clear();
        return false;
    }

    /// <summary>What was wrong, then the sessions in the order in which they began.</summary>
    public IReadOnlyList<TranscriptRecord> Records()
    {
        List<TranscriptRecord> records = [.. errors];
        foreach (var (id, stream) in sessions)
        {
            List<OpenCodeMessage> messages = [.. stream.Messages.Where(pair => pair.Value.Info is not null).Select(pair => new OpenCodeMessage(pair.Value.Info!.Value, [.. pair.Value.Parts.Values.Select(part => part.Value)]))];
            if (OpenCodeSession.Build(stream.Info, messages, id, replaced) is { Messages.Count: > 0 } session)
            {
                records.Add(TranscriptRecord.Of(session));
            }
        }

        return records.Count > 0 ? records : [TranscriptRecord.Bad(TranscriptProblems.NoConversation(file))];
    }

    private static JsonElement? Unwrapped(JsonElement line)
    {
        var value = line.Member("payload") ?? line.Member("event") ?? line;
        return value.Member("properties") is { ValueKind: JsonValueKind.Object } ? value : null;
    }

    private void Add(string? type, JsonElement properties, int length)
    {
        switch (type)
        {
            case "session.created" or "session.updated" when properties.Member("info") is { } info && info.MemberText("id") is { } id:
                Of(id).Info = info.Clone();
                break;
            case "message.updated" when properties.Member("info") is { } info && info.MemberText("sessionID") is { } session && info.MemberText("id") is { } id:
                var message = Of(session).Message(id);
                bytes += length - message.Bytes;
                (message.Info, message.Bytes) = (info.Clone(), length);
                break;
            case "message.part.updated" when properties.Member("part") is { } part && part.MemberText("sessionID") is { } session
                && part.MemberText("messageID") is { } of && part.MemberText("id") is { } id:
                var parts = Of(session).Message(of).Parts;
                bytes += length - (parts.TryGetValue(id, out var old) ? old.Bytes : 0);
                parts[id] = (part.Clone(), length);
                break;
            case "message.removed" when properties.MemberText("sessionID") is { } session && properties.MemberText("messageID") is { } id:
                Of(session).Messages.Remove(id);
                break;
            case "message.part.removed" when properties.MemberText("sessionID") is { } session && properties.MemberText("messageID") is { } of && properties.MemberText("partID") is { } id:
                Of(session).Message(of).Parts.Remove(id);
                break;
        }
    }

    private Stream Of(string session)
    {
        if (!sessions.TryGetValue(session, out var stream))
        {
            sessions.Add(session, stream = new Stream());
        }

        return stream;
    }

    private sealed class Stream
    {
        public JsonElement? Info { get; set; }

        public OrderedDictionary<string, Told> Messages { get; } = [];

        public Told Message(string id)
        {
            if (!Messages.TryGetValue(id, out var message))
            {
                Messages.Add(id, message = new Told());
            }

            return message;
        }
    }

    private sealed class Told
    {
        public JsonElement? Info { get; set; }

        public int Bytes { get; set; }

        public OrderedDictionary<string, (JsonElement Value, int Bytes)> Parts { get; } = [];
    }
}

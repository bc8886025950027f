using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Transcripts;

/// <summary>A single file of OpenCode: an export, or a stream of events. Its first line tells which.</summary>
internal static class OpenCodeFile
{
    public static async Task<IReadOnlyList<TranscriptRecord>> ReadAsync(TranscriptFile file, CancellationToken cancellationToken)
    {
        // An export on one line is one session: it may be as long as a session.
        using var lines = new LineReader(file.Content, (int)Math.Min(file.MaxSessionBytes, Array.MaxLength / 2));
        using var text = new MemoryStream();
        OpenCodeEvents? events = null;
        while (await lines.ReadAsync(cancellationToken))
        {
            if (events is null && text.Length == 0 && !lines.IsTooLong)
            {
                if (lines.Line.Span.Trim(" \t"u8).IsEmpty)
                {
                    continue;
                }

                events = OpenCodeEvents.IsEvent(lines.Line) ? new OpenCodeEvents(file) : null;
            }

            if (events is not null)
            {
                if (!events.Add(lines))
                {
                    break;
                }
            }
            else if (lines.IsTooLong || text.Length + lines.Line.Length > file.MaxSessionBytes)
            {
                return [TranscriptRecord.Bad(TranscriptProblems.SessionTooLarge(file, lines.Number))];
            }
            else
            {
                text.Write(lines.Line.Span);
                text.WriteByte((byte)'\n');
            }
        }

        return events?.Records() ?? [Export(file, text.GetBuffer().AsMemory(0, (int)text.Length))];
    }

    private static TranscriptRecord Export(TranscriptFile file, ReadOnlyMemory<byte> text)
    {
        if (text.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            return TranscriptRecord.Bad(new ContentError("The file is empty.", File: file.Name));
        }

        try
        {
            using var document = JsonDocument.Parse(WellFormedText.OfJson(text, out var replaced), JsonText.ReadOptions);
            var root = document.RootElement;
            if (root.Member("messages") is not { ValueKind: JsonValueKind.Array } list)
            {
                return TranscriptRecord.Bad(new ContentError("This is no export of OpenCode: it has no list of messages.", File: file.Name));
            }

            List<OpenCodeMessage> messages = [.. list.Items.Select(message => new OpenCodeMessage(message.Member("info") ?? default, [.. (message.Member("parts") ?? default).Items]))];
            return OpenCodeSession.Build(root.Member("info"), messages, id: null, replaced) is { Messages.Count: > 0 } session
                ? TranscriptRecord.Of(session, 1)
                : TranscriptRecord.Bad(TranscriptProblems.NoConversation(file));
        }
        catch (JsonException exception)
        {
            return TranscriptRecord.Bad(new ContentError(JsonProblem.Describe(exception), Line: exception.LineNumber + 1, File: file.Name));
        }
    }
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Transcripts;

/// <summary>One line of a transcript: a JSON object, or what is wrong with the line.</summary>
/// <param name="Number">1-based.</param>
/// <param name="Bytes">Length of the line.</param>
/// <param name="Value">The object; valid until the next line is asked for. Undefined when there is an error.</param>
/// <param name="Error">Why there is no object.</param>
/// <param name="Replaced">Characters of this line that are no text and were replaced.</param>
internal readonly record struct TranscriptLine(long Number, int Bytes, JsonElement Value, ContentError? Error, int Replaced);

/// <summary>The JSON objects of a file, a line each. A bad line is told and passed over.</summary>
internal static class TranscriptLines
{
    /// <summary>Blank lines are left out.</summary>
    public static async IAsyncEnumerable<TranscriptLine> ReadAsync(TranscriptFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lines = new LineReader(file.Content, file.MaxLineBytes);
        while (await lines.ReadAsync(cancellationToken))
        {
            if (lines.IsTooLong)
            {
                yield return Bad(lines.Number, file, $"The line is longer than {file.MaxLineBytes:N0} bytes; it was left out.");
                continue;
            }

            if (lines.Line.Span.Trim(" \t"u8).IsEmpty)
            {
                continue;
            }

            var json = WellFormedText.OfJson(lines.Line, out var replaced);
            JsonDocument document;
            ContentError? error = null;
            try
            {
                document = JsonDocument.Parse(json, JsonText.ReadOptions);
            }
            catch (JsonException exception)
            {
                document = null!;
                error = new ContentError(
                    lines.IsUnterminated
                        ? "The last line ends in the middle (the file was still being written); it was left out."
                        : JsonProblem.Describe(exception) + " The line was left out.",
                    Line: lines.Number,
                    File: file.Name);
            }

            if (error is not null)
            {
                yield return new TranscriptLine(lines.Number, json.Length, default, error, replaced);
                continue;
            }

            using (document)
            {
                yield return document.RootElement.ValueKind == JsonValueKind.Object
                    ? new TranscriptLine(lines.Number, json.Length, document.RootElement, null, replaced)
                    : Bad(lines.Number, file, "The line is no JSON object; it was left out.");
            }
        }
    }

    private static TranscriptLine Bad(long number, TranscriptFile file, string message) =>
        new(number, 0, default, new ContentError(message, Line: number, File: file.Name), 0);
}

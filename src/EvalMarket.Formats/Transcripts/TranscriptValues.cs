using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Transcripts;

/// <summary>
/// The JSON objects of a file that may be one document, a list of any length, or a document a line. A bad one is told with its place and passed over.
/// </summary>
internal static class TranscriptValues
{
    /// <summary>Gives objects and errors in file order.</summary>
    /// <param name="file">The file.</param>
    /// <param name="listName">Property of one object around all whose list holds the values, if there can be one.</param>
    /// <param name="noun">What one value is called in errors: "conversation".</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async IAsyncEnumerable<TranscriptLine> ReadAsync(
        TranscriptFile file, string? listName, string noun, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var maxBytes = (int)Math.Min(file.MaxLineBytes, file.MaxSessionBytes);
        using var values = new JsonValueReader(file.Content, listName, maxBytes);
        while (await values.ReadAsync(cancellationToken))
        {
            if (values.IsTooLarge)
            {
                yield return Bad($"The {noun} is larger than {maxBytes:N0} bytes; it was left out.");
                continue;
            }

            var json = WellFormedText.OfJson(values.Value, out var replaced);
            JsonDocument document;
            string? problem = null;
            try
            {
                document = JsonDocument.Parse(json, JsonText.ReadOptions);
            }
            catch (JsonException exception)
            {
                document = null!;
                problem = !values.IsCut
                    ? $"{JsonProblem.Describe(exception, values.Line, values.Column)} The {noun} was left out."
                    : json.IsEmpty
                        ? "The file ends in the middle of its list; what was to come is missing."
                        : $"The file ends in the middle of this {noun}; it was left out.";
            }

            if (problem is not null)
            {
                yield return Bad(problem);
                continue;
            }

            using (document)
            {
                yield return document.RootElement.ValueKind == JsonValueKind.Object
                    ? new TranscriptLine(values.Line, json.Length, document.RootElement, null, replaced)
                    : Bad($"A {noun} is a JSON object; this is none and was left out.");
            }
        }

        TranscriptLine Bad(string message) =>
            new(values.Line, 0, default, new ContentError(message, values.Path, values.Line, file.Name), 0);
    }
}

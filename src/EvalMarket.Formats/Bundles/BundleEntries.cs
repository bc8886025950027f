using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Bundles;

/// <summary>
/// The elements of <c>tasks.json</c>, <c>answers.json</c> or a submission, one at a time; memory holds one. The file is an array. Asymmetry Zero's bundles, which are the same otherwise, have
/// their tasks in the list <c>prompts</c> of an object.
/// </summary>
internal static class BundleEntries
{
    public const string ListName = "prompts";

    public static async IAsyncEnumerable<BundleEntry> ReadAsync(Stream stream, bool isTasks, int maxBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new JsonValueReader(stream, isTasks ? ListName : null, maxBytes);
        var found = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            var entry = Read(reader, found, maxBytes);
            yield return entry;
            if (entry.Path.Length == 0)
            {
                // What is no element of the list says that the file as a whole is not what it should be.
                yield break;
            }

            found++;
        }
    }

    private static BundleEntry Read(JsonValueReader reader, int found, int maxBytes)
    {
        var place = new BundleEntry { Path = reader.Path ?? "", Line = reader.Line, Column = reader.Column, Offset = reader.Offset, Length = reader.Value.Length };
        if (reader.IsCut)
        {
            return place with { Problem = "The file ends in the middle." };
        }

        if (reader.Path is null)
        {
            return place with { Problem = found == 0 ? "This must be a JSON array of objects." : "There is something behind the end of the array." };
        }

        if (reader.IsTooLarge)
        {
            return place with { Problem = $"At most {maxBytes:N0} bytes; this is larger." };
        }

        var bytes = WellFormedText.OfJson(reader.Value, out var replaced);
        try
        {
            using var document = JsonDocument.Parse(bytes, JsonText.ReadOptions);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? place with { Element = document.RootElement.Clone(), Text = bytes, Replaced = replaced }
                : place with { Problem = "This must be a JSON object." };
        }
        catch (JsonException exception)
        {
            return place with { Problem = JsonProblem.Describe(exception, reader.Line, reader.Column), IsJson = false };
        }
    }
}

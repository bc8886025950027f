using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Datasets;

/// <summary>Items in bodies of requests and in files: one, a list, or one a line. Streams hold one item in memory.</summary>
public static class DatasetItemBodies
{
    /// <summary>The body of a request, held in memory: one item, a list of them, or <c>{"items":[…]}</c>. Paths count the items of a list.</summary>
    public static IReadOnlyList<DatasetItemReading> ReadDocument(ReadOnlyMemory<byte> json)
    {
        var clean = WellFormedText.OfJson(json, out var replaced);
        try
        {
            using var document = JsonDocument.Parse(clean, JsonText.ReadOptions);
            var readings = ReadDocument(document.RootElement);
            if (replaced > 0 && readings.Count > 0)
            {
                readings[0] = readings[0] with { ReplacedCharacters = replaced };
            }

            return readings;
        }
        catch (JsonException exception)
        {
            return [Bad(JsonProblem.Describe(exception))];
        }
    }

    /// <summary>A bare list, or <c>{"items":[…]}</c>, of any length. Paths count the items.</summary>
    /// <exception cref="IOException">The stream broke off.</exception>
    public static async IAsyncEnumerable<DatasetItemReading> ReadListAsync(
        Stream content, int maxItemBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new JsonArrayReader(content, "items", maxItemBytes);
        for (var index = 0; ; index++)
        {
            var (more, problem) = await TryReadAsync(reader, cancellationToken);
            if (problem is not null)
            {
                yield return Bad(problem, $"/{index}");
            }
            else if (index == 0 && !more)
            {
                yield return Bad("There is no item in this body.");
            }

            if (!more)
            {
                yield break;
            }

            var reading = DatasetItemReader.Read(reader.Element, UnknownProperties.Refuse);
            yield return reading with { Errors = [.. reading.Errors.Select(error => error with { Path = $"/{index}{error.Path}" })] };
        }
    }

    /// <summary>One item a line; blank lines are passed over. Errors and readings carry their line.</summary>
    /// <exception cref="IOException">The stream broke off.</exception>
    public static async IAsyncEnumerable<DatasetItemReading> ReadLinesAsync(
        Stream content, int maxLineBytes, UnknownProperties unknown, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lines = new LineReader(content, maxLineBytes);
        while (await lines.ReadAsync(cancellationToken))
        {
            var number = lines.Number;
            if (lines.IsTooLong)
            {
                yield return new DatasetItemReading(null, [new ContentError($"The line is longer than {maxLineBytes:N0} bytes.", Line: number)]) { Line = number };
                continue;
            }

            if (lines.Line.Span.IndexOfAnyExcept(" \t"u8) < 0)
            {
                continue;
            }

            var reading = DatasetItemReader.Read(lines.Line, unknown);
            yield return reading with { Line = number, Errors = [.. reading.Errors.Select(error => error with { Line = number })] };
        }
    }

    private static List<DatasetItemReading> ReadDocument(JsonElement root)
    {
        List<DatasetItemReading> readings = [];
        var (list, path) = (root, "");
        if (root.ValueKind == JsonValueKind.Object)
        {
            if (!root.TryGetProperty("items", out list))
            {
                return [DatasetItemReader.Read(root, "", UnknownProperties.Refuse)];
            }

            path = "/items";
            var others = root.EnumerateObject().Where(property => property.Name != "items").ToList();
            if (others.Count > 0)
            {
                readings.Add(new DatasetItemReading(null, [.. others.Select(property => new ContentError("There is no such property beside items.", FieldChecks.At("", property.Name)))]));
            }
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            return [.. readings, Bad(path.Length == 0 ? "Send an item, a list of items, or {\"items\":[…]}." : "This must be a list.", path)];
        }

        readings.AddRange(list.EnumerateArray().Select((element, index) => DatasetItemReader.Read(element, $"{path}/{index}", UnknownProperties.Refuse)));
        return readings.Count > 0 ? readings : [Bad("There is no item in this list.", path)];
    }

    private static DatasetItemReading Bad(string message, string? path = null) => new(null, [new ContentError(message, path)]);

    private static async ValueTask<(bool More, string? Problem)> TryReadAsync(JsonArrayReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return (await reader.ReadAsync(cancellationToken), null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            return (false, exception is JsonException json ? JsonProblem.Describe(json) : exception.Message);
        }
    }
}

using System.Text.Json;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Datasets;

/// <summary>One item that was read, or everything that is wrong with it.</summary>
/// <param name="Item">Null when there are errors. Its id is null when the document has none, or one of another system.</param>
/// <param name="Errors">All of them, with JSON pointers into the document and, in files of lines, the line.</param>
public sealed record DatasetItemReading(DatasetItem? Item, IReadOnlyList<ContentError> Errors)
{
    /// <summary>An id that another system gave to the item (files only): what their runs name it by. It is in the metadata, too.</summary>
    public string? ForeignId { get; init; }

    /// <summary>The section that the item names, which is no part of it.</summary>
    public SectionId? Section { get; init; }

    /// <summary>How many characters that are no text (U+0000, lone surrogates, invalid UTF-8) were replaced by U+FFFD.</summary>
    public int ReplacedCharacters { get; init; }

    /// <summary>1-based line of the file, or null.</summary>
    public long? Line { get; init; }
}

/// <summary>
/// Reads items in their wire shape (see <see cref="DatasetItemWriter"/>), all errors at once. Duplicate keys and more than 64 levels are errors.
/// eval_752's JSONL v2.3 is read as well: <c>inputs.text</c> is the input, and <c>answer</c> the output where there is no <c>output</c>.
/// With <see cref="UnknownProperties.Keep"/> what an item does not have goes to its metadata; in history, assets and source there is no place for it.
/// </summary>
public static class DatasetItemReader
{
    /// <summary>Reads one item: the body of a request, or a line.</summary>
    public static DatasetItemReading Read(ReadOnlyMemory<byte> json, UnknownProperties unknown)
    {
        var clean = WellFormedText.OfJson(json, out var replaced);
        try
        {
            using var document = JsonDocument.Parse(clean, JsonText.ReadOptions);
            return Read(document.RootElement, "", unknown) with { ReplacedCharacters = replaced };
        }
        catch (JsonException exception)
        {
            return new DatasetItemReading(null, [new ContentError(JsonProblem.Describe(exception))]) { ReplacedCharacters = replaced };
        }
    }

    /// <summary>Reads a line that <see cref="DatasetItemWriter"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is no such line: a file was changed from outside.</exception>
    public static DatasetItem ReadStored(ReadOnlyMemory<byte> line)
    {
        if (StoredItemReader.Read(line.Span) is { } item)
        {
            return item;
        }

        var reading = Read(line, UnknownProperties.Keep);
        return reading.Item ?? throw new InvalidDataException($"A stored item cannot be read: {reading.Errors[0].Path} {reading.Errors[0].Message}");
    }

    /// <summary>Reads one item that is a part of a larger document.</summary>
    /// <param name="element">From a text that went through <see cref="WellFormedText"/>, parsed with <see cref="JsonText.ReadOptions"/>.</param>
    /// <param name="path">JSON pointer to it.</param>
    /// <param name="unknown">What to do with properties that an item does not have.</param>
    public static DatasetItemReading Read(JsonElement element, string path, UnknownProperties unknown)
    {
        List<ContentError> errors = [];
        var fields = new DatasetItemFields(new FieldChecks(errors), unknown);
        var item = fields.Read(element, path);
        return errors.Count > 0 || item is null
            ? new DatasetItemReading(null, errors) { ForeignId = fields.ForeignId, Section = fields.Section }
            : new DatasetItemReading(item, []) { ForeignId = fields.ForeignId, Section = fields.Section };
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets;

/// <summary>
/// A version of a dataset as a file: <c>w/{workspace}/datasets/{id}/versions/{version}-{hash}.json</c>. Never changes. Its items are in chunks, named by list pages.
/// </summary>
public sealed record DatasetDocument
{
    public required DatasetId Id { get; init; }

    public required int Version { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public JsonElement? Schema { get; init; }

    /// <summary>When the dataset was made, and by whom.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>When this version was made, and by whom.</summary>
    public required DateTimeOffset At { get; init; }

    public required string Author { get; init; }

    /// <summary>One line that says what changed.</summary>
    public required string Summary { get; init; }

    public required long Added { get; init; }

    public required long Changed { get; init; }

    public required long Removed { get; init; }

    public required IReadOnlyList<DatasetDocumentSection> Sections { get; init; }

    /// <summary>Chunks of lines <c>{"id":"itm_…"}</c>: the items that the version before had and this one has not.</summary>
    public IReadOnlyList<ChunkRef>? RemovedItems { get; init; }

    [JsonIgnore]
    public long ItemCount => Sections.Sum(section => section.ItemCount);
}

/// <summary>A section in a version document.</summary>
public sealed record DatasetDocumentSection
{
    public required SectionId Id { get; init; }

    public required string Name { get; init; }

    public required long ItemCount { get; init; }

    /// <summary>The list pages, in order: chunks whose lines are the references (<see cref="DatasetChunkRef"/>) of at most 512 chunks of items.</summary>
    public required IReadOnlyList<ChunkRef> Lists { get; init; }
}

/// <summary>What is said about versions after they were made: the file <c>marks.json</c> in the dataset's folder.</summary>
internal sealed record DatasetMarks
{
    /// <summary>Names and pins by version.</summary>
    public IReadOnlyList<VersionMark> Versions { get; init; } = [];

    public DateTimeOffset? DeletedAt { get; init; }

    public string? DeletedBy { get; init; }

    [JsonIgnore]
    public bool IsEmpty => Versions.Count == 0 && DeletedAt is null;
}

internal sealed record VersionMark(int Version, string? Name, bool Pinned);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    NewLine = "\n",
    Converters = [typeof(ItemOriginJsonConverter)])]
[JsonSerializable(typeof(DatasetDocument))]
[JsonSerializable(typeof(DatasetMarks))]
[JsonSerializable(typeof(DatasetChunkRef))]
[JsonSerializable(typeof(ChunkSummary))]
[JsonSerializable(typeof(RemovedItem))]
internal sealed partial class DatasetJson : JsonSerializerContext
{
    /// <summary>For lines and rows.</summary>
    public static DatasetJson Compact { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new ItemOriginJsonConverter() },
    });
}

/// <summary>A line of <see cref="DatasetDocument.RemovedItems"/>.</summary>
internal sealed record RemovedItem(ItemId Id);

/// <summary>Origins by their wire names.</summary>
internal sealed class ItemOriginJsonConverter : JsonConverter<ItemOrigin>
{
    public override ItemOrigin Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ItemOrigins.TryParse(reader.GetString(), out var origin) ? origin : throw new JsonException("Not an origin.");

    public override void Write(Utf8JsonWriter writer, ItemOrigin value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToWire());
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>A dataset to be made.</summary>
internal sealed record DatasetBody
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public JsonElement? Schema { get; init; }

    public IReadOnlyList<string>? Sections { get; init; }
}

/// <summary>What to change of a dataset.</summary>
internal sealed record DatasetChangeBody
{
    public string? Name { get; init; }

    public string? Description { get; init; }

    /// <summary>Null takes it away; absent leaves it.</summary>
    public JsonElement Schema { get; init; }
}

/// <summary>A section to be added.</summary>
internal sealed record SectionBody
{
    public required string Name { get; init; }
}

/// <summary>What to change of a section.</summary>
internal sealed record SectionChangeBody
{
    public string? Name { get; init; }

    /// <summary>From 0.</summary>
    public int? Position { get; init; }
}

/// <summary>What to say about a version.</summary>
internal sealed record VersionMarkBody
{
    /// <summary>Empty or null takes it away; absent leaves it.</summary>
    public JsonElement Name { get; init; }

    public bool? Pinned { get; init; }
}

/// <summary>Which item a public link is to lead to.</summary>
internal sealed record LinkBody
{
    public required string DatasetId { get; init; }

    public required string ItemId { get; init; }
}

/// <summary>Which items are meant: ids, or a filter with the names of the list's parameters.</summary>
internal record SelectionBody
{
    public IReadOnlyList<string>? Ids { get; init; }

    public ItemFilterBody? Filter { get; init; }
}

/// <summary>Where to.</summary>
internal sealed record MoveBody : SelectionBody
{
    public required string SectionId { get; init; }
}

/// <summary>What to change of all of them.</summary>
internal sealed record BulkEditBody : SelectionBody
{
    public BulkSetBody? Set { get; init; }

    public IReadOnlyList<string>? AddTags { get; init; }

    public IReadOnlyList<string>? RemoveTags { get; init; }
}

/// <summary>Members that all selected items get.</summary>
internal sealed record BulkSetBody
{
    public ContentBody? Output { get; init; }

    /// <summary>Members that the context gets beside its own; null takes one away.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Context { get; init; }

    /// <summary>Members that the metadata gets beside its own; null takes one away.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Metadata { get; init; }
}

internal sealed record ContentBody
{
    public required string Content { get; init; }
}

/// <summary>The list's filter as JSON: a value or a list of values for each name.</summary>
internal sealed record ItemFilterBody
{
    public IReadOnlyList<string>? SectionIds { get; init; }

    public string? Q { get; init; }

    [JsonConverter(typeof(OneOrMoreConverter))]
    public IReadOnlyList<string>? Tag { get; init; }

    public bool? HasOutput { get; init; }

    public bool? Linked { get; init; }

    [JsonConverter(typeof(OneOrMoreConverter))]
    public IReadOnlyList<string>? Source { get; init; }
}

/// <summary>A text, or a list of texts.</summary>
internal sealed class OneOrMoreConverter : JsonConverter<IReadOnlyList<string>?>
{
    public override IReadOnlyList<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return [reader.GetString()!];
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("Must be a text or a list of texts.");
        }

        List<string> texts = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("Must be a list of texts."));
        }

        return texts;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string>? value, JsonSerializerOptions options) => throw new NotSupportedException("Only requests have it.");
}

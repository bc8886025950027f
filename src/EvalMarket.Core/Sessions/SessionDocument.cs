using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions;

/// <summary>
/// The session as a file: <c>w/{workspace}/sessions/{id}/{version}-{hash}.json</c>. Holds what came with the session;
/// labels given here are in the label logs. The same content gives the same bytes, so an equal hash is an unchanged session.
/// </summary>
public sealed record SessionDocument
{
    public required SessionId Id { get; init; }

    public string? ExternalId { get; init; }

    public required string Title { get; init; }

    public string? Source { get; init; }

    public string? Author { get; init; }

    public string? Project { get; init; }

    public string? Model { get; init; }

    public string? Provider { get; init; }

    public long? PromptTokens { get; init; }

    public long? CompletionTokens { get; init; }

    public decimal? Cost { get; init; }

    public long? DurationMs { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the first version came in.</summary>
    public required DateTimeOffset ImportedAt { get; init; }

    /// <summary>The job that brought the first version; null when a request did.</summary>
    public JobId? ImportJob { get; init; }

    public required int MessageCount { get; init; }

    public required int TurnCount { get; init; }

    /// <summary>Labels that the first version brought along: the state on which the label logs build.</summary>
    public EvalLabels? Labels { get; init; }

    public JsonElement? Metadata { get; init; }

    /// <summary>Where the messages are, in order.</summary>
    public required IReadOnlyList<ChunkRef> Chunks { get; init; }
}

/// <summary>Serialization of <see cref="SessionDocument"/>: snake_case, indented for people, absent instead of null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    NewLine = "\n",
    Converters = [typeof(EvalStatusJsonConverter)])]
[JsonSerializable(typeof(SessionDocument))]
[JsonSerializable(typeof(IReadOnlyList<ChunkRef>))]
[JsonSerializable(typeof(LabelLogLine))]
[JsonSerializable(typeof(LabelTexts))]
[JsonSerializable(typeof(LabelSummary))]
internal sealed partial class SessionJsonContext : JsonSerializerContext
{
    /// <summary>For label logs and rows: one line.</summary>
    public static SessionJsonContext Compact { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new EvalStatusJsonConverter() },
    });
}

/// <summary>Statuses by their wire names.</summary>
internal sealed class EvalStatusJsonConverter : JsonConverter<EvalStatus>
{
    public override EvalStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        EvalStatuses.TryParse(reader.GetString(), out var status) ? status : throw new JsonException("Not a status.");

    public override void Write(Utf8JsonWriter writer, EvalStatus value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToWire());
}

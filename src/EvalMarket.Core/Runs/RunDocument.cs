using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Runs;

namespace EvalMarket.Core.Runs;

/// <summary>
/// A run as a file: <c>w/{workspace}/runs/{id}/{version}-{hash}.json</c>. Once completed it never changes. Bound to the version of the dataset that it ran on; results are in chunks, by the sections of that version, so that an export of some sections
/// takes just theirs.
/// </summary>
public sealed record RunDocument
{
    public required RunId Id { get; init; }

    public required DatasetId DatasetId { get; init; }

    public required int DatasetVersion { get; init; }

    /// <summary>Of the version's document.</summary>
    public required string DatasetHash { get; init; }

    public required string Name { get; init; }

    public string? Model { get; init; }

    public string? Provider { get; init; }

    public required RunStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>What the run was started with, without secrets.</summary>
    public JsonElement? RunConfig { get; init; }

    /// <summary>YAML, as LightEval loads it, without secrets.</summary>
    public string? LightEvalConfig { get; init; }

    /// <summary>What was taken out when it came in.</summary>
    public IReadOnlyList<RemovedSecret> Removed { get; init; } = [];

    /// <summary>All sections of the dataset's version, in order.</summary>
    public required IReadOnlyList<RunDocumentSection> Sections { get; init; }

    public required RunStatistics Statistics { get; init; }

    [JsonIgnore]
    public long ResultCount => Sections.Sum(section => section.Statistics.Results);
}

/// <summary>The results for a section.</summary>
/// <param name="Chunks">Lines of <c>results.jsonl</c>, in the order in which they were sent.</param>
public sealed record RunDocumentSection(SectionId Id, string Name, RunNumbers Statistics, IReadOnlyList<ChunkRef> Chunks);

/// <summary>Serialization of <see cref="RunDocument"/>: snake_case, indented for people, absent instead of null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    NewLine = "\n",
    Converters = [typeof(RunStatusJsonConverter)])]
[JsonSerializable(typeof(RunDocument))]
[JsonSerializable(typeof(RunOrder))]
internal sealed partial class RunJson : JsonSerializerContext;

/// <summary>Statuses by their wire names.</summary>
internal sealed class RunStatusJsonConverter : JsonConverter<RunStatus>
{
    public override RunStatus Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        RunStatuses.TryParse(reader.GetString(), out var status) ? status : throw new JsonException("Not a status.");

    public override void Write(Utf8JsonWriter writer, RunStatus value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToWire());
}

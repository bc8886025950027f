using System.Text.Json;
using System.Text.Json.Serialization;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Datasets.Exports;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Exports;

/// <summary>What to export: eval-ready sessions, or a dataset, in a format. Kept with each export, so that it can be made again.</summary>
public sealed record ExportOrder
{
    /// <summary>The format of the dataset package.</summary>
    public const string Package = "package";

    /// <summary>Wire name.</summary>
    public required string Format { get; init; }

    /// <summary>Null: sessions.</summary>
    public DatasetId? Dataset { get; init; }

    /// <summary>Empty for all.</summary>
    public IReadOnlyList<SectionId> Sections { get; init; } = [];

    /// <summary>Whose results go along, in a package.</summary>
    public RunId? Run { get; init; }

    /// <summary>Null for the newest, or the run's.</summary>
    public int? Version { get; init; }

    /// <summary>Which sessions; null for datasets.</summary>
    public SessionFilter? Filter { get; init; }

    /// <summary>At most so many sessions.</summary>
    public int? Limit { get; init; }

    /// <summary>Formats of sessions.</summary>
    public static IReadOnlyList<string> SessionFormats { get; } = [.. SessionExporters.All.Select(exporter => exporter.Format)];

    /// <summary>Formats of datasets.</summary>
    public static IReadOnlyList<string> DatasetFormats { get; } = [Package, .. DatasetExporters.All.Select(exporter => exporter.Format)];

    /// <summary>What people call the format.</summary>
    [JsonIgnore]
    public string FormatName =>
        Dataset is null ? SessionExporters.Find(Format)?.DisplayName ?? Format
        : Format == Package ? "Package"
        : DatasetExporters.Find(Format)?.DisplayName ?? Format;

    public static ExportOrder Read(string json) => JsonSerializer.Deserialize(json, ExportJson.Default.ExportOrder)!;

    public string Write() => JsonSerializer.Serialize(this, ExportJson.Default.ExportOrder);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    Converters = [typeof(EvalStatusJsonConverter)])]
[JsonSerializable(typeof(ExportOrder))]
[JsonSerializable(typeof(ExportPayload))]
internal sealed partial class ExportJson : JsonSerializerContext;

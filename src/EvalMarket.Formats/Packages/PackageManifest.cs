using System.Text.Json.Serialization;

namespace EvalMarket.Formats.Packages;

/// <summary><c>manifest.json</c> of a package: what it was made from and what is in it. The counts are those of the filters.</summary>
public sealed record PackageManifest
{
    public const string FormatName = "eval752";
    public const string CurrentVersion = "1.0";

    public string Format { get; init; } = FormatName;

    public string FormatVersion { get; init; } = CurrentVersion;

    /// <summary>The program, without its version: the same dataset gives the same bytes after an update.</summary>
    public string Generator { get; init; } = "EvalMarket";

    /// <summary>When the version was made, and not when it was exported.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public required PackageDataset Dataset { get; init; }

    public required PackageFilters Filters { get; init; }

    /// <summary>In dataset order.</summary>
    public required IReadOnlyList<PackageSection> Sections { get; init; }

    public required IReadOnlyList<PackageAsset> Assets { get; init; }

    /// <summary>Null when no run was asked for.</summary>
    public required PackageRun? Run { get; init; }

    public required PackageCounts Counts { get; init; }
}

/// <summary>The dataset and the version that is exported.</summary>
/// <param name="VersionHash">Names the state of the version's document: 12 hex digits.</param>
public sealed record PackageDataset(string Id, string Name, long Version, string VersionHash);

/// <summary>What was asked for; no section ids: all sections.</summary>
public sealed record PackageFilters(IReadOnlyList<string> SectionIds, string? RunId);

/// <summary>A section and its file.</summary>
/// <param name="Bytes">Of the file's text.</param>
/// <param name="Crc32">Of the file's text.</param>
/// <param name="Chunks">Consecutive ranges of the file's text.</param>
public sealed record PackageSection(string Id, string Name, string Path, long ItemCount, long Bytes, uint Crc32, IReadOnlyList<PackageRange> Chunks);

/// <summary>A range of a section's text.</summary>
/// <param name="Sha256">Of the range's text, 64 hex digits.</param>
public sealed record PackageRange(long Bytes, string Sha256);

/// <summary>A file that exported items have.</summary>
/// <param name="Path">In the package: <c>assets/…</c>.</param>
public sealed record PackageAsset(string Path, string MimeType, long Bytes, string Sha256);

/// <summary>The run that the package has the results of.</summary>
public sealed record PackageRun(string Id, string Name, string? Model, string? Provider, string Status, DateTimeOffset CreatedAt, long DatasetVersion);

/// <summary>How much there is in the package.</summary>
/// <param name="Results">0 without a run.</param>
public sealed record PackageCounts(int Sections, long Items, int Assets, long Results);

/// <summary><c>meta.json</c>: what describes the dataset.</summary>
public sealed record PackageMeta
{
    public string? Description { get; init; }

    /// <summary>JSON that says what items look like, kept as it came.</summary>
    public System.Text.Json.JsonElement? Schema { get; init; }
}

/// <summary>Serialization of a package's own files: snake_case, indented for people, every key there.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n", Converters = [typeof(PackageTimeConverter)])]
[JsonSerializable(typeof(PackageManifest))]
[JsonSerializable(typeof(PackageMeta))]
internal sealed partial class PackageJson : JsonSerializerContext;

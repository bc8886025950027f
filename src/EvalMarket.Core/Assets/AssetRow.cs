using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Assets;

/// <summary>A file that items can have. Content-addressed: the same bytes are one file, however many items and datasets have it.</summary>
public sealed class AssetRow : IWorkspaceOwned
{
    public const int NameLength = 200;

    public required string Workspace { get; init; }

    public required AssetId Id { get; init; }

    /// <summary>64 lower-case hex digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What it was first called.</summary>
    public required string Name { get; init; }

    /// <summary>By its content.</summary>
    public required string MimeType { get; init; }

    public required long Bytes { get; init; }

    /// <summary>Of the content: packages are put together without reading it.</summary>
    public required long Crc32 { get; init; }

    /// <summary>When no version of any dataset was found to have it; null while one does, or nobody has looked.</summary>
    public DateTimeOffset? UnusedSince { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>What an item calls it: <c>assets/{beginning of the hash}-{name}</c>, so that no two files of a package have one path.</summary>
    public string Path => $"assets/{Sha256[..12]}-{Name}";
}

using EvalMarket.Formats;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>
/// One version of a bundle, <c>w/{workspace}/bundles/{id}/{version}-{hash}.json</c>. Says what is in it and where its files are; of the answer key it has the length and the
/// commitment, and nothing else.
/// </summary>
public sealed record BundleDocument
{
    public required BundleId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>The upload whose files these are: a folder beside this document, and one of the same name in the vault.</summary>
    public required JobId Upload { get; init; }

    /// <summary>When the first version came.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When this version came.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    public required string UpdatedBy { get; init; }

    public required StoredBundleFile Tasks { get; init; }

    public required SealedKey Key { get; init; }

    /// <summary>The archive as it was sent; null when there is none.</summary>
    public StoredBundleFile? Reference { get; init; }

    public required int TaskCount { get; init; }

    public required int ScoredCount { get; init; }

    /// <summary>How many criteria there are of each type, by wire name.</summary>
    public required IReadOnlyDictionary<string, int> Criteria { get; init; }

    /// <summary>The accepted files of the archive.</summary>
    public IReadOnlyList<BundleReferenceFile> Files { get; init; } = [];

    public IReadOnlyList<ContentError> Warnings { get; init; } = [];

    public long Bytes => Tasks.Bytes + (Reference?.Bytes ?? 0);
}

/// <summary>A file that is kept as it was sent.</summary>
/// <param name="Sha256">64 hex digits.</param>
public sealed record StoredBundleFile(long Bytes, string Sha256);

/// <summary>What may be known of an answer key.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Commitment">SHA-256 of a 32-byte nonce and the file, 64 hex digits.</param>
public sealed record SealedKey(long Bytes, string Commitment);

/// <summary>A file of the reference archive.</summary>
/// <param name="Name">As tasks name it; no folders.</param>
/// <param name="Bytes">Unpacked.</param>
/// <param name="Sha256">Of the unpacked file, 64 hex digits.</param>
/// <param name="MimeType">By its content.</param>
public sealed record BundleReferenceFile(string Name, long Bytes, string Sha256, string MimeType);

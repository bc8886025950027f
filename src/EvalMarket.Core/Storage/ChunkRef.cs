using System.Text.Json.Serialization;

namespace EvalMarket.Core.Storage;

/// <summary>
/// A reference to a chunk: an immutable gzip file of JSON lines. Everything that an export needs to splice the chunk into a ZIP entry, without opening it:
/// the body is the <see cref="DeflatedBytes"/> bytes that follow the header, and CRCs combine.
/// </summary>
/// <remarks>On disk: <c>{"sha256":"…","text_sha256":"…","lines":120,"bytes":262011,"deflated_bytes":61200,"crc32":3421780262}</c>.</remarks>
public sealed record ChunkRef
{
    /// <summary>SHA-256 of the file, 64 lower-case hex digits: the name of the chunk.</summary>
    [JsonPropertyName("sha256")]
    public required string Sha256 { get; init; }

    /// <summary>SHA-256 of the text. Two builds of zlib may deflate one text differently; this says that it is the same text.</summary>
    [JsonPropertyName("text_sha256")]
    public required string TextSha256 { get; init; }

    /// <summary>How many lines, each ended by <c>\n</c>.</summary>
    [JsonPropertyName("lines")]
    public required int Lines { get; init; }

    /// <summary>Length of the text, line ends included.</summary>
    [JsonPropertyName("bytes")]
    public required long Bytes { get; init; }

    /// <summary>Length of the deflate stream without the empty final block <c>03 00</c>: it ends on a byte boundary, and another stream can follow it.</summary>
    [JsonPropertyName("deflated_bytes")]
    public required long DeflatedBytes { get; init; }

    /// <summary>CRC-32 (ISO 3309, as in gzip and ZIP) of the text, an unsigned number.</summary>
    [JsonPropertyName("crc32")]
    public required uint Crc32 { get; init; }
}

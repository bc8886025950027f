namespace EvalMarket.Formats.Packages;

/// <summary>A stretch of a package: bytes that are held, or a slice of a blob that lies somewhere.</summary>
public readonly record struct PackageSegment
{
    private PackageSegment(ReadOnlyMemory<byte> bytes, string? blob, long offset, long length)
    {
        Bytes = bytes;
        Blob = blob;
        Offset = offset;
        Length = length;
    }

    /// <summary>What is held; empty for a slice.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The blob that a slice is of; null for bytes.</summary>
    public string? Blob { get; }

    /// <summary>Where the slice begins in its blob.</summary>
    public long Offset { get; }

    public long Length { get; }

    public static PackageSegment Of(ReadOnlyMemory<byte> bytes) => new(bytes, null, 0, bytes.Length);

    public static PackageSegment Of(string blob, long offset, long length) => new(default, blob, offset, length);
}

namespace EvalMarket.Formats.Packages;

/// <summary>A file of an archive, as its directory and its local header say alike.</summary>
/// <param name="Name">With '/' between folders; safe to show, never used as a path.</param>
/// <param name="IsDeflated">Else it is stored as it is.</param>
/// <param name="PackedLength">What it takes in the archive.</param>
/// <param name="Length">What it unpacks to.</param>
/// <param name="Start">Where its packed content begins.</param>
public sealed record ZipEntry(string Name, bool IsDeflated, uint Crc32, long PackedLength, long Length, long Start);

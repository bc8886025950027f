using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Bundles;

/// <summary>A file of the reference archive that is accepted.</summary>
/// <param name="Name">As tasks name it; there are no folders.</param>
/// <param name="Bytes">Unpacked.</param>
/// <param name="Sha256">Of the unpacked file, hexadecimal.</param>
/// <param name="IsUsed">Whether a task names it.</param>
public sealed record ReferenceFile(string Name, FileKind Kind, long Bytes, string Sha256, bool IsUsed);

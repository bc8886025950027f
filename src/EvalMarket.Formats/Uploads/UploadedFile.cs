namespace EvalMarket.Formats.Uploads;

/// <summary>One file of an upload, as sent or inside an archive.</summary>
/// <param name="Path">
/// Relative, '/'-separated, for people and for telling where it lay; never used to open anything. A file of an archive has the archive's path before its own: <c>export.zip/conversations.json</c>.
/// </param>
/// <param name="Length">In bytes, unpacked for a file of an archive.</param>
/// <param name="OpenAsync">Opens it from its start; whoever opens it disposes it. Streams of sent files are seekable.</param>
public sealed record UploadedFile(string Path, long Length, Func<CancellationToken, ValueTask<Stream>> OpenAsync);

namespace EvalMarket.Core.Storage;

/// <summary>A blob to be written.</summary>
/// <param name="Path">Where it goes. What stood there is replaced in one step: a reader sees the old or the new bytes, never a mixture.</param>
/// <param name="Bytes">The whole content. Must not change until the put has returned.</param>
/// <param name="SkipIfPresent">For content-addressed blobs: one that is there with the same length is not written again, only its last-written time is renewed,
/// so that the garbage collector sees that somebody wants it.</param>
public sealed record BlobContent(BlobPath Path, ReadOnlyMemory<byte> Bytes, bool SkipIfPresent = false);

/// <summary>A blob that is there.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Length">In bytes.</param>
/// <param name="LastWritten">When it was last written, or met by a writer that would have written the same.</param>
public sealed record BlobInfo(BlobPath Path, long Length, DateTimeOffset LastWritten);

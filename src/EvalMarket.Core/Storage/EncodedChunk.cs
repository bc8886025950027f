namespace EvalMarket.Core.Storage;

/// <summary>A chunk that is ready to be written: its reference and the bytes of its file.</summary>
public sealed record EncodedChunk(ChunkRef Ref, ReadOnlyMemory<byte> File);

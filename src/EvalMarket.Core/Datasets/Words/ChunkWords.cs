namespace EvalMarket.Core.Datasets.Words;

/// <summary>Words of a chunk, each once.</summary>
/// <param name="Text">As UTF-8 in the order of their bytes; each ends with a zero.</param>
internal sealed record ChunkWords(ReadOnlyMemory<byte> Text);

namespace EvalMarket.Formats.Packages;

/// <summary>
/// A piece of a deflate stream that ends on a byte boundary and is not final, as the body of a chunk is: pieces laid end to end, closed by one empty final block, are the stream of all their texts.
/// </summary>
/// <param name="Blob">The file that it lies in.</param>
/// <param name="Offset">Where in the file.</param>
/// <param name="DeflatedBytes">Its length there.</param>
/// <param name="Bytes">Length of its text.</param>
/// <param name="Crc32">Of its text.</param>
public readonly record struct DeflatedBody(string Blob, long Offset, long DeflatedBytes, long Bytes, uint Crc32);

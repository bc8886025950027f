using System.Text;

namespace EvalMarket.Core.Datasets.Items;

/// <summary>All words of a chunk, each once.</summary>
/// <param name="Count">How many.</param>
/// <param name="Text">As UTF-8 in the order of their bytes; each ends with a zero.</param>
public sealed record ChunkWords(int Count, ReadOnlyMemory<byte> Text)
{
    /// <summary>The words with a space after each.</summary>
    public string Spaced => Encoding.UTF8.GetString(Text.Span).Replace('\0', ' ');
}

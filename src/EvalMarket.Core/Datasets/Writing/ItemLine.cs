using EvalMarket.Core.Datasets.Items;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>An item in a draft: its line, how it came in, and where the index has it.</summary>
/// <param name="Id">Its id, which its line begins with.</param>
/// <param name="Text">Its line, without line end.</param>
/// <param name="Origin">How it came in.</param>
/// <param name="Chunk">Number of the chunk that the index has it in; 0 for one that is new.</param>
/// <param name="Line">Its line there.</param>
/// <param name="IsChanged">The line is not the one that the index knows.</param>
internal sealed record ItemLine(ItemId Id, ReadOnlyMemory<byte> Text, ItemOrigin Origin, long Chunk, int Line, bool IsChanged)
{
    public bool IsNew => Chunk == 0;

    /// <summary>The line of an item that is not in the dataset yet.</summary>
    public static ItemLine New(DatasetItem item, ItemOrigin origin) => new(item.Id!.Value, TextOf(item), origin, 0, 0, IsChanged: true);

    /// <summary>An item's line without its line end.</summary>
    public static ReadOnlyMemory<byte> TextOf(DatasetItem item) => DatasetItemWriter.ToLine(item).AsMemory()[..^1];

    public string Hash => ItemSketch.HashOf(Text.Span);

    public DatasetItem Read() => DatasetItemReader.ReadStored(Text);
}

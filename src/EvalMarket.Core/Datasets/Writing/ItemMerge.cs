using EvalMarket.Formats;
using EvalMarket.Formats.Datasets;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>What a change makes of an item that is there.</summary>
internal static class ItemMerge
{
    /// <summary>The item as it will be: under its own id, and connected to its source only if what it says stayed the same.</summary>
    public static DatasetItem Merge(DatasetItem before, DatasetItem after) => after with
    {
        Id = before.Id,
        Source = before.Source is not null && ItemContent.AreEqual(before, after) ? before.Source : null,
    };

    /// <summary>The line as it will be; the same one when nothing changed.</summary>
    public static ItemLine Apply(ItemLine line, Func<DatasetItem, DatasetItem> edit)
    {
        var before = line.Read();
        var text = ItemLine.TextOf(Merge(before, edit(before)));
        return text.Span.SequenceEqual(line.Text.Span) ? line : line with { Text = text, IsChanged = true };
    }

    public static ContentError ErrorOf(ItemWrite write, string field, string message) =>
        new(message, write.Path is { } path ? $"{path}/{field}" : write.Line is null ? $"/{field}" : null, write.Line);
}

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>What a format cannot carry.</summary>
/// <param name="What">In words.</param>
/// <param name="Items">How many items lose it.</param>
public sealed record Loss(string What, long Items);

/// <summary>What an export would leave out, found before it is made.</summary>
/// <param name="Format">Wire name.</param>
/// <param name="Items">Items that the export has.</param>
/// <param name="Losses">The most frequent first.</param>
public sealed record LossReport(string Format, long Items, IReadOnlyList<Loss> Losses)
{
    /// <summary>Goes through all items once.</summary>
    public static async Task<LossReport> OfAsync(IDatasetExporter exporter, IExportSource source, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var items = 0L;
        await foreach (var item in source.ReadAsync(cancellationToken))
        {
            items++;
            foreach (var what in exporter.Losses(item).Distinct(StringComparer.Ordinal))
            {
                counts[what] = counts.GetValueOrDefault(what) + 1;
            }
        }

        return new LossReport(exporter.Format, items, [.. counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).Select(count => new Loss(count.Key, count.Value))]);
    }
}

using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Runs;

/// <summary>In which section each item of a version is, and which have been met. About 50 bytes an item.</summary>
internal sealed class ItemPlaces
{
    private readonly Dictionary<UInt128, int> sections = [];

    /// <summary>Ids that another system gave to items, for the results of its package.</summary>
    private readonly Dictionary<string, ItemId> foreign = new(StringComparer.Ordinal);

    /// <summary>Notes an item; false when it was there already.</summary>
    public bool TryAdd(ItemId item, int section, string? foreignId)
    {
        if (foreignId is not null)
        {
            foreign.TryAdd(foreignId, item);
        }

        return sections.TryAdd(TypeId.BitsOf(item), section);
    }

    /// <summary>The places of all items of a version.</summary>
    public static async Task<ItemPlaces> ReadAsync(DatasetContents version, DatasetFiles files, CancellationToken cancellationToken)
    {
        var places = new ItemPlaces();
        for (var section = 0; section < version.Sections.Count; section++)
        {
            foreach (var chunk in version.Sections[section].Chunks)
            {
                await foreach (var line in files.Chunks.ReadLinesAsync(version.Workspace, chunk.ToChunkRef(), cancellationToken))
                {
                    places.TryAdd(Datasets.Items.ItemSketch.IdOf(line.Span), section, null);
                }
            }
        }

        return places;
    }

    /// <summary>Finds the item of a result, once.</summary>
    /// <returns>What is wrong; null when it was found.</returns>
    public string? Take(string name, out ItemId item, out int section)
    {
        section = 0;
        if (!foreign.TryGetValue(name, out item) && !TypeId.TryParse(name, out item))
        {
            return "There is no such item in this version of the dataset.";
        }

        var bits = TypeId.BitsOf(item);
        if (!sections.TryGetValue(bits, out section))
        {
            return "There is no such item in this version of the dataset.";
        }

        if (section < 0)
        {
            section = ~section;
            return "The item has a result already.";
        }

        sections[bits] = ~section;
        return null;
    }
}

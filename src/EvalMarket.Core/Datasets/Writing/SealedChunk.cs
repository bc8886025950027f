using System.Text.Json;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Words;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>A chunk that is ready to be written, with all that the index wants to know of it.</summary>
/// <param name="Words">Those that its new lines alone have.</param>
/// <param name="WordList">A <see cref="ChunkWordList"/> of all its words.</param>
internal sealed record SealedChunk(
    DatasetChunkRef Reference,
    EncodedChunk File,
    ChunkSummary Summary,
    ChunkWords Words,
    byte[] WordList,
    IReadOnlyList<ItemSketch> Items,
    IReadOnlyList<ItemOrigin> Origins)
{
    /// <summary>Seals lines; compresses, hashes, and cuts words: this is what an import costs, and it touches nothing that is shared.</summary>
    /// <param name="lines">At least one.</param>
    /// <param name="isNew">Which of them the index has under another chunk or not as they are; null for all. What others say is told to it already.</param>
    public static SealedChunk Seal(IReadOnlyList<ItemLine> lines, Func<int, bool>? isNew)
    {
        var file = ChunkCodec.Encode(lines.Select(line => line.Text));
        return Make(file, lines.Select(line => line.Text), [.. lines.Select(line => line.Origin)], isNew);
    }

    /// <summary>The rows of the items from a line on, or of those alone that <paramref name="isWanted"/> says.</summary>
    public IEnumerable<DatasetItemRow> RowsOf(string workspace, DatasetId dataset, long number, Func<int, bool> isWanted)
    {
        for (var line = 0; line < Items.Count; line++)
        {
            if (!isWanted(line))
            {
                continue;
            }

            yield return RowOf(workspace, dataset, number, line, Items[line], Origins[line]);
        }
    }

    /// <summary>What the index has of an item.</summary>
    /// <param name="item">Shortened.</param>
    public static DatasetItemRow RowOf(string workspace, DatasetId dataset, long number, int line, ItemSketch item, ItemOrigin origin) => new()
    {
        Workspace = workspace,
        DatasetId = dataset,
        Id = item.Id,
        Chunk = number,
        Line = line,
        Input = item.Input,
        Output = item.Output,
        HasOutput = item.HasOutput,
        OutputLength = item.OutputLength,
        Origin = origin,
        SessionId = item.Session,
        Tags = item.Tags.Count == 0 ? "" : $"\n{string.Join('\n', item.Tags)}\n",
        Hash = item.Hash,
    };

    public DatasetChunkRow RowOf(string workspace, DatasetId dataset, long number, SectionId section, long rank) => new()
    {
        Workspace = workspace,
        DatasetId = dataset,
        Number = number,
        SectionId = section,
        Rank = rank,
        Lines = Reference.Lines,
        Reference = JsonSerializer.Serialize(Reference, DatasetJson.Compact.DatasetChunkRef),
        Summary = JsonSerializer.Serialize(Summary, DatasetJson.Compact.ChunkSummary),
    };

    /// <summary>What the index wants of a chunk that is there, for rebuilding it.</summary>
    public static SealedChunk Of(DatasetChunkRef reference, IEnumerable<ReadOnlyMemory<byte>> lines)
    {
        var origins = reference.Origins.SelectMany(run => Enumerable.Repeat(run.Origin, run.Lines)).ToList();
        return Make(new EncodedChunk(reference.ToChunkRef(), default), lines, origins, null);
    }

    private static SealedChunk Make(EncodedChunk file, IEnumerable<ReadOnlyMemory<byte>> lines, List<ItemOrigin> origins, Func<int, bool>? isNew)
    {
        var items = new List<ItemSketch>(origins.Count);
        using var table = new ChunkWordTable();
        foreach (var line in lines)
        {
            var item = ItemSketch.Read(line.Span);
            var number = items.Count;
            item.Words(word => table.Add(word, number));
            item.Shorten();
            items.Add(item);
        }

        var ordered = table.Ordered();
        var runs = new List<OriginRun>();
        foreach (var origin in origins)
        {
            if (runs is [.., var last] && last.Origin == origin)
            {
                runs[^1] = last with { Lines = last.Lines + 1 };
            }
            else
            {
                runs.Add(new OriginRun(origin, 1));
            }
        }

        var assets = items.SelectMany(item => item.Assets).DistinctBy(asset => asset.Path, StringComparer.Ordinal).OrderBy(asset => asset.Path, StringComparer.Ordinal).ToList();
        return new SealedChunk(DatasetChunkRef.Of(file.Ref, assets, runs), file, ChunkSummary.Of(items, runs), table.ToWords(ordered, isNew), ChunkWordList.Write(table, ordered), items, origins);
    }
}

using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Datasets.Words;

/// <summary>Looks words up in the lists of many chunks, of each of which only its directory and the block or two that can have them are read.</summary>
internal static class ChunkWordReading
{
    /// <summary>A directory is rarely longer: some fifty blocks with their first words.</summary>
    private const int HeadBytes = 1_900;

    /// <summary>More than a list has bytes, but for the longest.</summary>
    private const long StartFactor = 1 << 24;

    /// <summary>The lines that hold each of the words, or a word that begins with it, of the chunks that have any.</summary>
    /// <param name="chunks">Their numbers, and how many lines they have.</param>
    public static async Task<List<(long Chunk, IReadOnlyList<int> Lines)>> MatchAsync(
        EvalMarketDbContext db, DatasetId dataset, IReadOnlyDictionary<long, int> chunks, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var numbers = chunks.Keys.ToList();
        var heads = await db.DatasetChunkWords.AsNoTracking().Where(row => row.DatasetId == dataset && numbers.Contains(row.Number))
            .Select(row => new { row.Number, Part = EvalMarketDbContext.Slice(row.List, 1, HeadBytes) }).ToListAsync(cancellationToken);
        var (whole, places) = (new List<long>(), new Dictionary<long, IReadOnlyList<(int Start, int Length)>>());
        foreach (var head in heads)
        {
            if (ChunkWordList.Locate(head.Part, words) is { } found && found.All(block => block.Start < StartFactor))
            {
                places.Add(head.Number, found);
            }
            else
            {
                whole.Add(head.Number);
            }
        }

        var result = new List<(long, IReadOnlyList<int>)>();
        if (places.Values.SelectMany(found => found).ToList() is { Count: > 0 } blocks)
        {
            var keys = places.SelectMany(chunk => chunk.Value.Select(block => (chunk.Key * StartFactor) + block.Start)).ToList();
            var length = blocks.Max(block => block.Length);
            var parts = await Parts(db, dataset, keys, length).ToListAsync(cancellationToken);
            result.AddRange(parts.GroupBy(part => part.Number).AsParallel().WithCancellation(cancellationToken).Select(chunk => (chunk.Key, ChunkWordList.Match(
                chunk.Select(part => (ReadOnlyMemory<byte>)part.Part.AsMemory(0, places[chunk.Key].First(block => block.Start == part.Start).Length)), chunks[chunk.Key], words))));
        }

        if (whole.Count > 0)
        {
            var lists = await db.DatasetChunkWords.AsNoTracking().Where(row => row.DatasetId == dataset && whole.Contains(row.Number))
                .Select(row => new { row.Number, row.List }).ToListAsync(cancellationToken);
            result.AddRange(lists.Select(list => (list.Number, ChunkWordList.Match(list.List, chunks[list.Number], words))));
        }

        return result;
    }

    /// <summary>Parts of lists.</summary>
    /// <param name="keys">Each the number of a chunk times <see cref="StartFactor"/>, and where the part begins in its list.</param>
    /// <param name="length">Of each part, or less at the end of a list.</param>
    internal static IQueryable<ListPart> Parts(EvalMarketDbContext db, DatasetId dataset, IReadOnlyList<long> keys, int length) =>
        db.DatasetChunkWords.AsNoTracking().Where(row => row.DatasetId == dataset).SelectMany(
            row => keys.Where(key => row.Number == key / StartFactor),
            (row, key) => new ListPart { Number = row.Number, Start = (int)(key % StartFactor), Part = EvalMarketDbContext.Slice(row.List, (int)(key % StartFactor) + 1, length) });

    /// <summary>A part of the list of a chunk.</summary>
    internal sealed record ListPart
    {
        public required long Number { get; init; }

        public required int Start { get; init; }

        public required byte[] Part { get; init; }
    }
}

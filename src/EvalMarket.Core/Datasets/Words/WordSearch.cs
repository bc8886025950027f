using System.Text;
using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Datasets.Words;

/// <summary>The chunks that may hold each of some words, or a word that begins with it.</summary>
internal sealed class WordSearch
{
    /// <summary>Blocks of a run that are read for a word after the first. One that begins more words than those have, some hundreds, is taken to be in all chunks of the run.</summary>
    private const int MostBlocks = 3;

    private readonly List<(HashSet<long> Chunks, List<(long First, long Last)> Ranges)> words = [];

    private WordSearch()
    {
    }

    /// <summary>Asks the runs of a dataset.</summary>
    public static async Task<WordSearch> FindAsync(EvalMarketDbContext db, DatasetId dataset, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var search = new WordSearch();
        var unknown = await db.DatasetWordRuns.Where(run => run.DatasetId == dataset && run.Words == 0).Select(run => new { run.FirstChunk, run.LastChunk }).ToListAsync(cancellationToken);
        foreach (var word in words.Select(Encoding.UTF8.GetBytes))
        {
            var found = new HashSet<long>();
            var ranges = unknown.ConvertAll(run => (run.FirstChunk, run.LastChunk));
            foreach (var run in (await BlocksWith(db, dataset, word).ToListAsync(cancellationToken)).GroupBy(block => block.Run))
            {
                if (run.Count() > MostBlocks)
                {
                    ranges.Add((run.First().FirstChunk, run.First().LastChunk));
                    continue;
                }

                foreach (var block in run)
                {
                    Scan(block.Content, block.FirstChunk, word, found);
                }
            }

            search.words.Add((found, ranges));
        }

        return search;
    }

    /// <summary>Whether a chunk may hold them all.</summary>
    public bool MayHold(long chunk) => words.TrueForAll(word => word.Chunks.Contains(chunk) || word.Ranges.Exists(range => chunk >= range.First && chunk <= range.Last));

    /// <summary>The blocks in which such words can be, of each run: the last one that begins at or before the word, and those that begin with it. One statement, so that a merge of runs meanwhile takes nothing away.</summary>
    internal static IQueryable<FoundBlock> BlocksWith(EvalMarketDbContext db, DatasetId dataset, ReadOnlySpan<byte> word)
    {
        var start = Convert.ToHexStringLower(word);
        // Greater than all digits, so that it comes after all that begins with the word.
        var end = $"{start}g";
        var runs = db.DatasetWordRuns.Where(run => run.DatasetId == dataset);
        var blocks = db.DatasetWordBlocks.Where(block => block.DatasetId == dataset);
        // Asked for equal runs, EF Core would have the database number all blocks of all runs; asked for the last one up to here, it looks one up.
        return runs.SelectMany(
                run => blocks.Where(block => block.Run <= run.Id && block.Run >= run.Id && string.Compare(block.Start, start) <= 0)
                    .OrderByDescending(block => block.Run).ThenByDescending(block => block.Start).Take(1),
                (run, block) => new FoundBlock { Run = run.Id, FirstChunk = run.FirstChunk, LastChunk = run.LastChunk, Content = block.Content })
            .Concat(runs.SelectMany(
                run => blocks.Where(block => block.Run <= run.Id && block.Run >= run.Id && string.Compare(block.Start, start) > 0 && string.Compare(block.Start, end) < 0)
                    .OrderBy(block => block.Run).ThenBy(block => block.Start).Take(MostBlocks),
                (run, block) => new FoundBlock { Run = run.Id, FirstChunk = run.FirstChunk, LastChunk = run.LastChunk, Content = block.Content }));
    }

    private static void Scan(byte[] content, long firstChunk, ReadOnlySpan<byte> word, HashSet<long> found)
    {
        var reader = new WordBlockReader();
        reader.Open(content);
        while (reader.Next())
        {
            if (reader.Word.StartsWith(word))
            {
                while (reader.TryRead(out var number))
                {
                    found.Add(firstChunk + number);
                }
            }
            else if (reader.Word.SequenceCompareTo(word) > 0)
            {
                return;
            }
        }
    }

    /// <summary>A block of a run.</summary>
    internal sealed record FoundBlock
    {
        public required long Run { get; init; }

        public required long FirstChunk { get; init; }

        public required long LastChunk { get; init; }

        public required byte[] Content { get; init; }
    }
}

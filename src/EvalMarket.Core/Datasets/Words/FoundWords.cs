using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Datasets.Words;

/// <summary>Where words are in a version of a dataset, as far as it was asked: nothing is read twice.</summary>
internal sealed class FoundWords(DatasetId dataset, int version, IReadOnlyList<string> words)
{
    private readonly Dictionary<long, IReadOnlyList<int>> lines = [];
    private WordSearch? search;

    public DatasetId Dataset => dataset;

    public int Version => version;

    public IReadOnlyList<string> Words => words;

    /// <summary>The chunks that may hold all of them.</summary>
    public async Task<WordSearch> SearchAsync(EvalMarketDbContext db, CancellationToken cancellationToken) =>
        search ??= await WordSearch.FindAsync(db, dataset, words, cancellationToken);

    /// <summary>The lines of chunks that hold all of them.</summary>
    /// <param name="chunks">Their numbers, and how many lines they have.</param>
    public async Task<IEnumerable<(long Chunk, IReadOnlyList<int> Lines)>> LinesAsync(
        EvalMarketDbContext db, IReadOnlyList<(long Number, int Lines)> chunks, CancellationToken cancellationToken)
    {
        var unread = chunks.Where(chunk => !lines.ContainsKey(chunk.Number)).ToDictionary(chunk => chunk.Number, chunk => chunk.Lines);
        if (unread.Count > 0)
        {
            var found = (await ChunkWordReading.MatchAsync(db, dataset, unread, words, cancellationToken)).ToDictionary(chunk => chunk.Chunk, chunk => chunk.Lines);
            foreach (var chunk in unread.Keys)
            {
                lines.Add(chunk, found.GetValueOrDefault(chunk, []));
            }
        }

        return chunks.Select(chunk => (chunk.Number, lines[chunk.Number]));
    }
}

using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Datasets.Words;

/// <summary>Writes the runs of a dataset, and keeps them few.</summary>
internal sealed class WordRuns(EvalMarketDbContext db, string workspace, DatasetId dataset)
{
    /// <summary>More than this many are merged: a search asks each of them.</summary>
    public const int UsualRuns = 32;

    /// <summary>Runs that are merged at once.</summary>
    private const int MergedRuns = 16;

    /// <summary>Chunks of a run. Their words are held until then, some 60 KB each.</summary>
    private const int RunChunks = 64;

    private const int SavedBlocks = 1_000;

    private const int ReadBlocks = 64;

    private readonly List<(ChunkWords Words, long Number)> waiting = [];

    /// <inheritdoc cref="UsualRuns"/>
    public int MostRuns { get; init; } = UsualRuns;

    /// <summary>Words up to which runs are merged by the change that makes one too many; longer ones wait for the upkeep.</summary>
    public long SmallWords { get; init; } = 50_000;

    /// <summary>Adds what is new in a chunk.</summary>
    public void Add(ChunkWords words, long number)
    {
        if (!words.Text.IsEmpty)
        {
            waiting.Add((words, number));
        }
    }

    /// <summary>Writes a run when there are enough chunks for one.</summary>
    public Task SaveAsync(CancellationToken cancellationToken) => waiting.Count >= RunChunks ? WriteAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Writes what is left.</summary>
    /// <param name="isLocked">The workspace is: small runs are merged when there are many. Without its lock two changes could each wait for the other's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task FinishAsync(bool isLocked, CancellationToken cancellationToken)
    {
        if (waiting.Count == 0)
        {
            return;
        }

        var isSmall = waiting.Count < RunChunks / 4;
        await WriteAsync(cancellationToken);
        if (isLocked && isSmall && await ListAsync(cancellationToken) is var runs && runs.Count > MostRuns)
        {
            var (small, words) = (new List<DatasetWordRun>(), 0L);
            foreach (var run in runs.Where(run => run.Words > 0).OrderBy(run => run.Words).TakeWhile(run => (words += run.Words) <= SmallWords))
            {
                small.Add(run);
            }

            if (small.Count >= MergedRuns)
            {
                await MergeAsync(small, cancellationToken);
            }
        }
    }

    /// <summary>Merges runs until there are few, and makes those of chunks of which nothing is known. Each step is a transaction of its own.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        foreach (var run in (await ListAsync(cancellationToken)).Where(run => run.Words == 0))
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            if (await MakeAsync(run, cancellationToken))
            {
                await transaction.CommitAsync(cancellationToken);
            }
        }

        if (await ListAsync(cancellationToken) is var all && all.Count > MostRuns && all.Where(IsSmall).ToList() is { Count: > 1 } small)
        {
            // Changes merge these too: they are kept from it meanwhile.
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            if (await db.LockWorkspaceAsync(workspace, cancellationToken) && await MergeAsync(small, cancellationToken))
            {
                await transaction.CommitAsync(cancellationToken);
            }
        }

        while (await ListAsync(cancellationToken) is var runs && runs.Count > MostRuns)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            if (runs.Where(run => run.Words > SmallWords).OrderBy(run => run.Words).Take(MergedRuns).ToList() is not { Count: > 1 } large || !await MergeAsync(large, cancellationToken))
            {
                return;
            }

            await transaction.CommitAsync(cancellationToken);
        }
    }

    private bool IsSmall(DatasetWordRun run) => run.Words > 0 && run.Words <= SmallWords;

    private Task<List<DatasetWordRun>> ListAsync(CancellationToken cancellationToken) =>
        db.DatasetWordRuns.AsNoTracking().Where(run => run.DatasetId == dataset).ToListAsync(cancellationToken);

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await WriteAsync(waiting.Min(each => each.Number), [.. waiting.Select(each => new ChunkWordCursor(each.Words, each.Number))], cancellationToken);
        waiting.Clear();
    }

    private async Task WriteAsync(long firstChunk, IReadOnlyCollection<WordCursor> sources, CancellationToken cancellationToken)
    {
        var id = Random.Shared.NextInt64(1, long.MaxValue);
        var merge = new WordMerge(firstChunk);
        var blocks = new List<DatasetWordBlock>();
        await foreach (var (start, content) in merge.RunAsync(sources, cancellationToken))
        {
            blocks.Add(new DatasetWordBlock { Workspace = workspace, DatasetId = dataset, Run = id, Start = start, Content = content });
            if (blocks.Count >= SavedBlocks)
            {
                await db.BulkInsertAsync(blocks, cancellationToken);
                blocks.Clear();
            }
        }

        await db.BulkInsertAsync(blocks, cancellationToken);
        if (merge.Words > 0)
        {
            await db.BulkInsertAsync(
                [new DatasetWordRun { Workspace = workspace, DatasetId = dataset, Id = id, FirstChunk = firstChunk, LastChunk = merge.LastChunk, Words = merge.Words }], cancellationToken);
        }
    }

    /// <summary>Puts a run in the place of some. False when somebody else took one of them away meanwhile: then nothing may be committed.</summary>
    private async Task<bool> MergeAsync(List<DatasetWordRun> runs, CancellationToken cancellationToken)
    {
        var there = (await db.DatasetChunkWords.Where(row => row.DatasetId == dataset).Select(row => row.Number).ToListAsync(cancellationToken)).ToHashSet();
        await WriteAsync(runs.Min(run => run.FirstChunk), [.. runs.Select(run => Open(run, there.Contains))], cancellationToken);
        return await DeleteAsync(runs, cancellationToken);
    }

    private RunWordCursor Open(DatasetWordRun run, Func<long, bool> isThere)
    {
        string? last = null;
        return new RunWordCursor(run.FirstChunk, isThere, async cancellationToken =>
        {
            var blocks = db.DatasetWordBlocks.AsNoTracking().Where(block => block.DatasetId == dataset && block.Run == run.Id);
            var read = await (last is null ? blocks : blocks.Where(block => string.Compare(block.Start, last) > 0)).OrderBy(block => block.Start).Take(ReadBlocks).ToListAsync(cancellationToken);
            last = read is [.., var end] ? end.Start : last;
            return read.ConvertAll(block => block.Content);
        });
    }

    /// <summary>Makes runs of chunks by their own lists.</summary>
    private async Task<bool> MakeAsync(DatasetWordRun unknown, CancellationToken cancellationToken)
    {
        var numbers = await db.DatasetChunkWords.Where(row => row.DatasetId == dataset && row.Number >= unknown.FirstChunk && row.Number <= unknown.LastChunk)
            .Select(row => row.Number).ToListAsync(cancellationToken);
        foreach (var some in numbers.Order().Chunk(RunChunks))
        {
            foreach (var row in await db.DatasetChunkWords.AsNoTracking().Where(row => row.DatasetId == dataset && some.Contains(row.Number)).ToListAsync(cancellationToken))
            {
                Add(ChunkWordList.WordsOf(row.List), row.Number);
            }

            if (waiting.Count > 0)
            {
                await WriteAsync(cancellationToken);
            }
        }

        return await DeleteAsync([unknown], cancellationToken);
    }

    private async Task<bool> DeleteAsync(IReadOnlyCollection<DatasetWordRun> runs, CancellationToken cancellationToken)
    {
        var ids = runs.Select(run => run.Id).ToList();
        // In this order everywhere, so that two who delete wait in turn.
        await db.DatasetWordBlocks.Where(block => block.DatasetId == dataset && ids.Contains(block.Run)).ExecuteDeleteAsync(cancellationToken);
        return await db.DatasetWordRuns.Where(run => run.DatasetId == dataset && ids.Contains(run.Id)).ExecuteDeleteAsync(cancellationToken) == ids.Count;
    }
}

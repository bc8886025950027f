using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Datasets.Words;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Tests.Sessions;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Tests.Datasets;

/// <summary>A dataset on a real database and real files, and what a test does with it.</summary>
public sealed class DatasetBench : IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal SessionsHost Host { get; } = new();

    public DatasetId Id { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await Host.InitializeAsync();
        Id = (await CreateAsync("default")).Id;
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    public async Task<DatasetView> CreateAsync(params string[] sections) =>
        Of(await Host.InAsync<DatasetEditing, Outcome<DatasetView>>(editing => editing.CreateAsync(new NewDataset("Questions", Sections: sections), Cancel)));

    public async Task<DatasetView> ViewAsync() => (await Host.InAsync<DatasetDirectory, DatasetView?>(directory => directory.FindAsync(Id, Cancel)))!;

    public Task<Outcome<ItemWriteResult>> TryWriteAsync(IEnumerable<ItemWrite> items, ItemWriteOptions? options = null) =>
        Host.InAsync<ItemWriting, Outcome<ItemWriteResult>>(writing => writing.WriteAsync(Id, items.ToAsyncEnumerable(), options ?? new ItemWriteOptions(), Cancel));

    public async Task<ItemWriteResult> WriteAsync(IEnumerable<ItemWrite> items, ItemWriteOptions? options = null) => Of(await TryWriteAsync(items, options));

    public async Task<ItemId> AddAsync(string input, string output = "", SectionId? section = null) =>
        (await WriteAsync([Item(input, output) with { Section = section }])).Ids[0];

    public static ItemWrite Item(string input, string output = "") => new() { Item = new DatasetItem { Input = input, Output = output }, Origin = ItemOrigin.Api };

    /// <summary>Every item of a version as its line and section, in order, read from the files.</summary>
    public async Task<List<(SectionId Section, string Line)>> ReadAsync(int? version = null)
    {
        return await Host.InAsync<DatasetVersions, List<(SectionId, string)>>(async versions =>
        {
            var contents = (await versions.OpenAsync(Id, version, Cancel))!;
            return await Host.InAsync<ItemStore, List<(SectionId, string)>>(async store =>
                await store.StreamAsync(contents, ItemFilter.All, Cancel).Select(item => (item.Section, System.Text.Encoding.UTF8.GetString(item.Line.Span))).ToListAsync(Cancel));
        });
    }

    /// <summary>Every item that matches, in order, as the index lists it, page by page.</summary>
    public Task<List<ListedItem>> ListAsync(ItemFilter filter, int limit = 50) => Host.InAsync<ItemDirectory, List<ListedItem>>(async items =>
    {
        var all = new List<ListedItem>();
        ItemPlace? after = null;
        do
        {
            var page = (await items.PageAsync(Id, filter, after, limit, Cancel))!;
            all.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return all;
    });

    public Task<Outcome<ItemView>> OpenAsync(ItemId id, int? version = null) => Host.InAsync<ItemStore, Outcome<ItemView>>(store => store.OpenAsync(Id, id, version, Cancel));

    public async Task<ItemChangeResult> EditAsync(Func<ItemEditing, Task<Outcome<ItemChangeResult>>> edit) => Of(await Host.InAsync<ItemEditing, Outcome<ItemChangeResult>>(edit));

    /// <summary>That the index lists exactly what the newest version's files hold, each item where its line is.</summary>
    public async Task AssertIndexIsWhatFilesSayAsync()
    {
        var lines = await ReadAsync();
        var listed = await ListAsync(ItemFilter.All, 1_000);
        Assert.Equal(lines.Select(line => ItemSketch.IdOf(System.Text.Encoding.UTF8.GetBytes(line.Line))), listed.Select(item => item.Row.Id));
        Assert.Equal(lines.Select(line => line.Section), listed.Select(item => item.Section));
        Assert.Equal(Enumerable.Range(1, lines.Count).Select(position => (long)position), listed.Select(item => item.Position));
        Assert.Equal(lines.Select(line => ItemSketch.HashOf(System.Text.Encoding.UTF8.GetBytes(line.Line))), listed.Select(item => item.Row.Hash));
        Assert.Equal(lines.Count, (int)(await ViewAsync()).Row.ItemCount);
        var rows = await Host.InAsync<EvalMarketDbContext, int>(db => db.DatasetItems.CountAsync(row => row.DatasetId == Id, Cancel));
        Assert.Equal(lines.Count, rows);
        await AssertRunsHaveAllWordsAsync();
    }

    /// <summary>That the runs of words name every chunk that holds a word, and no other when that is asked for too.</summary>
    public Task AssertRunsHaveAllWordsAsync(bool isExact = false) => Host.InAsync<EvalMarketDbContext>(async db =>
    {
        var held = new HashSet<(string Word, long Chunk)>();
        foreach (var chunk in await db.DatasetChunkWords.AsNoTracking().Where(row => row.DatasetId == Id).ToListAsync(Cancel))
        {
            var words = System.Text.Encoding.UTF8.GetString(ChunkWordList.WordsOf(chunk.List).Text.Span).Split('\0', StringSplitOptions.RemoveEmptyEntries);
            held.UnionWith(words.Select(word => (word, chunk.Number)));
        }

        var named = new HashSet<(string Word, long Chunk)>();
        var reader = new WordBlockReader();
        foreach (var run in await db.DatasetWordRuns.AsNoTracking().Where(run => run.DatasetId == Id).ToListAsync(Cancel))
        {
            foreach (var block in await db.DatasetWordBlocks.AsNoTracking().Where(block => block.DatasetId == Id && block.Run == run.Id).ToListAsync(Cancel))
            {
                reader.Open(block.Content);
                while (reader.Next())
                {
                    while (reader.TryRead(out var number))
                    {
                        Assert.InRange(run.FirstChunk + number, run.FirstChunk, run.LastChunk);
                        named.Add((System.Text.Encoding.UTF8.GetString(reader.Word), run.FirstChunk + number));
                    }
                }
            }
        }

        Assert.Empty(held.Except(named));
        if (isExact)
            Assert.Empty(named.Except(held));
        foreach (var (word, chunk) in held.Where((_, i) => i % (1 + (held.Count / 10)) == 0))
        {
            Assert.True((await WordSearch.FindAsync(db, Id, [word], Cancel)).MayHold(chunk));
            Assert.True((await WordSearch.FindAsync(db, Id, [word[..1]], Cancel)).MayHold(chunk));
        }
    });

    public static T Of<T>(Outcome<T> outcome)
        where T : notnull => outcome.Succeeded(out var result, out var failure) ? result : throw new InvalidOperationException($"{failure.Code}: {failure.Message}");
}

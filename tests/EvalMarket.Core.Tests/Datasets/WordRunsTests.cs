using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Words;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Tests.Datasets;

/// <summary>What the index knows of the words of a dataset's chunks, while it changes.</summary>
public sealed class WordRunsTests : IAsyncLifetime
{
    /// <summary>Long enough that a dozen fill a chunk.</summary>
    private static readonly string Filler = new('-', 20_000);

    private readonly DatasetBench data = new();
    private IReadOnlyList<ItemId> ids = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await data.InitializeAsync();
        ids = (await data.WriteAsync(Enumerable.Range(0, 300).Select(i => DatasetBench.Item($"first{i} everywhere {Filler}")))).Ids;
    }

    public ValueTask DisposeAsync() => data.DisposeAsync();

    [Fact]
    public async Task An_edit_adds_its_new_words_alone_and_many_edits_few_runs()
    {
        var before = await WordsAsync();
        await EditAsync(ids[150], $"everywhere first150 changed {Filler}");
        // What other items of the chunk say too, it has already.
        Assert.Equal(before + 2, await WordsAsync());
        await EditAsync(ids[150], $"everywhere first150 {Filler}");
        Assert.Equal(before + 3, await WordsAsync());

        for (var i = 0; i < 80; i++)
            await EditAsync(ids[i * 3], $"everywhere edited{i} {Filler}");

        Assert.True(await RunsAsync() <= WordRuns.UsualRuns);
        await data.AssertRunsHaveAllWordsAsync();
        Assert.Equal([ids[237]], (await data.ListAsync(new ItemFilter { Query = "edited79" })).Select(item => item.Row.Id));
        Assert.Empty(await data.ListAsync(new ItemFilter { Query = "first237" }));
    }

    [Fact]
    public async Task Merged_runs_name_what_is_there_and_nothing_else()
    {
        for (var i = 0; i < 40; i++)
            await EditAsync(ids[i * 7], $"everywhere edited{i} {Filler}");
        await data.EditAsync(editing => editing.DeleteAsync(data.Id, ItemSelection.Of([.. ids.Skip(200)]), Cancel));
        Assert.True(await RunsAsync() > 2);

        await KeepAsync(smallWords: 50_000);
        Assert.Equal(1, await RunsAsync());
        await data.AssertRunsHaveAllWordsAsync();

        // Words that their chunks hold no more stay until these chunks are gone.
        await EditAsync(ids[0], $"everywhere last {Filler}");
        await KeepAsync(smallWords: 0);
        Assert.Equal(1, await RunsAsync());
        await data.AssertIndexIsWhatFilesSayAsync();
        Assert.Equal([ids[0]], (await data.ListAsync(new ItemFilter { Query = "last" })).Select(item => item.Row.Id));
        Assert.Equal(200, (await data.ListAsync(new ItemFilter { Query = "every" })).Count);
    }

    [Fact]
    public async Task Chunks_of_which_nothing_is_known_are_searched_until_the_upkeep_has_made_their_runs()
    {
        await data.Host.InAsync<EvalMarketDbContext>(async db =>
        {
            // As a database of an earlier make has it after its migration.
            await db.DatasetWordBlocks.ExecuteDeleteAsync(Cancel);
            await db.DatasetWordRuns.ExecuteDeleteAsync(Cancel);
            var numbers = await db.DatasetChunkWords.Select(row => row.Number).ToListAsync(Cancel);
            db.DatasetWordRuns.Add(new DatasetWordRun { Workspace = db.Tenant.Required, DatasetId = data.Id, Id = 0, FirstChunk = numbers.Min(), LastChunk = numbers.Max(), Words = 0 });
            await db.SaveChangesAsync(Cancel);
        });
        await EditAsync(ids[299], $"everywhere edited {Filler}");

        Assert.Equal([ids[250]], (await data.ListAsync(new ItemFilter { Query = "first250" })).Select(item => item.Row.Id));
        Assert.Equal([ids[299]], (await data.ListAsync(new ItemFilter { Query = "edited" })).Select(item => item.Row.Id));

        await data.Host.InAsync<DatasetUpkeep>(upkeep => upkeep.KeepAsync(Cancel));

        Assert.Equal(2, await RunsAsync());
        await data.AssertRunsHaveAllWordsAsync(isExact: true);
        Assert.Equal([ids[250]], (await data.ListAsync(new ItemFilter { Query = "first250" })).Select(item => item.Row.Id));
    }

    private Task EditAsync(ItemId id, string input) =>
        data.EditAsync(editing => editing.EditAsync(data.Id, ItemSelection.Of([id]), item => item with { Input = input }, null, Cancel));

    private Task KeepAsync(long smallWords) =>
        data.Host.InAsync<EvalMarketDbContext>(db => new WordRuns(db, db.Tenant.Required, data.Id) { MostRuns = 1, SmallWords = smallWords }.KeepAsync(Cancel));

    private Task<int> RunsAsync() => data.Host.InAsync<EvalMarketDbContext, int>(db => db.DatasetWordRuns.CountAsync(run => run.Words > 0, Cancel));

    private Task<long> WordsAsync() => data.Host.InAsync<EvalMarketDbContext, long>(db => db.DatasetWordRuns.SumAsync(run => run.Words, Cancel));
}

using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Tests.Datasets;

/// <summary>Lists, searches and streams over more chunks than are looked at at once.</summary>
public sealed class ItemListTests : IAsyncLifetime
{
    private const int Count = 9_000;

    private readonly DatasetBench data = new();
    private IReadOnlyList<ItemId> ids = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await data.InitializeAsync();
        ids = (await data.WriteAsync(Enumerable.Range(0, Count).Select(Item))).Ids;
    }

    public ValueTask DisposeAsync() => data.DisposeAsync();

    [Fact]
    public async Task A_long_stream_is_listed_searched_and_counted_like_a_short_one()
    {
        await data.AssertIndexIsWhatFilesSayAsync();
        await AssertFindsAsync(new ItemFilter { Query = "rareword" }, i => i % 999 == 7);
        await AssertFindsAsync(new ItemFilter { Query = "common" }, _ => true);
        await AssertFindsAsync(new ItemFilter { Query = "co nu" }, _ => true);
        await AssertFindsAsync(new ItemFilter { Query = "number4321" }, i => i == 4_321);
        await AssertFindsAsync(new ItemFilter { Query = "rareword", HasOutput = true }, i => i % 999 == 7 && i % 2 == 0);
        await AssertFindsAsync(new ItemFilter { Query = "nowhere" }, _ => false);
        await AssertFindsAsync(new ItemFilter { Tags = ["late"] }, i => i > 8_990);
        await AssertFindsAsync(new ItemFilter { Tags = ["late", "early"], HasOutput = false }, i => i is > 8_990 or < 3 && i % 2 == 1);
        await AssertFindsAsync(new ItemFilter { Origins = [ItemOrigin.Csv] }, _ => false);
        await AssertFindsAsync(new ItemFilter { Linked = true }, i => i == 5_000);

        var total = await data.Host.InAsync<ItemDirectory, ItemTotal>(items => items.TotalAsync(data.Id, new ItemFilter { Query = "common" }, Cancel));
        Assert.True(total is { IsAtLeast: true, Number: >= ItemDirectory.CountedItems });
        Assert.Equal(new ItemTotal(Count / 2, false), await data.Host.InAsync<ItemDirectory, ItemTotal>(items => items.TotalAsync(data.Id, new ItemFilter { HasOutput = true }, Cancel)));
        Assert.Equal(new ItemTotal(10, false), await data.Host.InAsync<ItemDirectory, ItemTotal>(items => items.TotalAsync(data.Id, new ItemFilter { Query = "rareword" }, Cancel)));
        var facets = await data.Host.InAsync<ItemDirectory, ItemFacets>(items => items.FacetsAsync(data.Id, ItemFilter.All, Cancel));
        Assert.Equal((Count, Count / 2, 1L, Count), (facets.Total, facets.WithOutput, facets.Linked, facets.Origins[ItemOrigin.Api]));
        Assert.Equal([KeyValuePair.Create("late", 9L), KeyValuePair.Create("early", 3L)], facets.Tags);
        var found = await data.Host.InAsync<ItemDirectory, ItemFacets>(items => items.FacetsAsync(data.Id, new ItemFilter { Query = "rareword" }, Cancel));
        Assert.Equal((10L, 5L, false), (found.Total, found.WithOutput, found.IsPart));
    }

    [Theory]
    [InlineData(1_400)]
    [InlineData(2_100)]
    [InlineData(2_900)]
    public async Task A_long_stream_that_is_cancelled_leaves_nothing_and_nobody_at_work(int at)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => data.Host.InAsync<ItemWriting, Outcome<ItemWriteResult>>(
            writing => writing.WriteAsync(data.Id, Cancelled().ToAsyncEnumerable(), new ItemWriteOptions { IsReadElsewhere = true }, stop.Token)));

        Assert.Empty(data.Host.Files("intents"));
        Assert.Equal(new ItemTotal(Count, false), await data.Host.InAsync<ItemDirectory, ItemTotal>(items => items.TotalAsync(data.Id, ItemFilter.All, Cancel)));
        await data.AssertIndexIsWhatFilesSayAsync();

        IEnumerable<ItemWrite> Cancelled()
        {
            for (var i = 0; i < 3_000; i++)
            {
                if (i == at)
                    stop.Cancel();
                yield return DatasetBench.Item($"long{i} {new string('x', 6_000)}");
            }
        }
    }

    [Fact]
    public async Task The_planner_of_the_database_knows_of_a_long_stream_as_soon_as_it_is_committed()
    {
        // Of a short stream it may go through all items for each search.
        await data.WriteAsync(Enumerable.Range(0, 3_000).Select(i => DatasetBench.Item($"long{i} {new string('x', 6_000)}")));

        var known = await data.Host.InAsync<EvalMarketDbContext, List<string>>(db => db.Database
            .SqlQuery<string>($"SELECT most_common_vals::text AS \"Value\" FROM pg_stats WHERE tablename = 'dataset_items' AND attname = 'dataset_id'").ToListAsync(Cancel));

        Assert.Contains(data.Id.Value, Assert.Single(known), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_around_an_item_goes_both_ways_anywhere()
    {
        foreach (var at in new[] { 0, 1, 24, 4_321, Count - 2, Count - 1 })
        {
            var page = (await data.Host.InAsync<ItemDirectory, ItemPage?>(items => items.PageAroundAsync(data.Id, ItemFilter.All, ItemOrder.OfDataset, ids[at], 50, Cancel)))!;
            var first = Math.Max(0, at - 25);
            Assert.Equal(ids.Skip(first).Take(page.Items.Count), page.Items.Select(item => item.Row.Id));
            Assert.Contains(page.Items, item => item.Position == at + 1);
            Assert.Equal(first > 0, page.Previous is not null);
            Assert.Equal(first + page.Items.Count < Count, page.Next is not null);
            if (page.Previous is { } previous)
            {
                var back = (await data.Host.InAsync<ItemDirectory, ItemPage?>(items => items.PageBackAsync(data.Id, ItemFilter.All, ItemOrder.OfDataset, previous, 50, Cancel)))!;
                Assert.Equal(ids.Skip(Math.Max(0, first - 50)).Take(back.Items.Count), back.Items.Select(item => item.Row.Id));
            }
        }
    }

    [Fact]
    public async Task Every_order_is_paged_both_ways_with_and_without_filters()
    {
        await data.WriteAsync([DatasetBench.Item("Aardvark", "short"), DatasetBench.Item("zebra", new string('o', 500)), DatasetBench.Item("Élan", "é")]);
        var all = await data.ListAsync(ItemFilter.All, 1_000);
        foreach (var order in ItemOrder.WireNames.Select(name => ItemOrder.Parse(name)!.Value))
        {
            foreach (var filter in new[] { ItemFilter.All, new ItemFilter { HasOutput = true }, new ItemFilter { Tags = ["late"] } })
            {
                var matching = all.Where(item => (filter.HasOutput is null || item.Row.HasOutput) && (filter.Tags.Count == 0 || item.Row.TagList.Contains("late")));
                var wanted = order.Sort switch
                {
                    ItemSort.Position => matching.OrderBy(item => item.Position),
                    ItemSort.Created => matching.OrderBy(item => item.Row.Id.Value, StringComparer.Ordinal),
                    ItemSort.Input => matching.OrderBy(item => item.Row.InputSort, StringComparer.Ordinal).ThenBy(item => item.Row.Id.Value, StringComparer.Ordinal),
                    _ => matching.OrderBy(item => item.Row.OutputLength).ThenBy(item => item.Row.Id.Value, StringComparer.Ordinal),
                };
                var ordered = (order.IsDescending ? wanted.Reverse() : wanted).Select(item => item.Row.Id).ToList();
                var (forwards, last) = await WalkAsync(filter, order);
                Assert.Equal(ordered, forwards);
                Assert.Equal(ordered.SkipLast(last), await WalkBackAsync(filter, order, last));
            }

            var middle = all[4_000].Row.Id;
            var around = (await data.Host.InAsync<ItemDirectory, ItemPage?>(items => items.PageAroundAsync(data.Id, ItemFilter.All, order, middle, 9, Cancel)))!;
            Assert.Equal(middle, around.Items[4].Row.Id);
        }

        // What a search finds has the order of the dataset, or its reverse.
        var found = (await data.Host.InAsync<ItemDirectory, ItemPage?>(items => items.PageAsync(data.Id, new ItemFilter { Query = "rareword" }, new ItemOrder(ItemSort.Position, true), null, 3, Cancel)))!;
        Assert.Equal([ids[8_998], ids[7_999], ids[7_000]], found.Items.Select(item => item.Row.Id));
    }

    /// <summary>All pages forwards, and how many are on the last one.</summary>
    private async Task<(List<ItemId> Ids, int Last)> WalkAsync(ItemFilter filter, ItemOrder order)
    {
        var all = new List<ItemId>();
        for (ItemPlace? after = null; ;)
        {
            var page = (await data.Host.InAsync<ItemDirectory, ItemPage?>(items => items.PageAsync(data.Id, filter, order, after, 2_000, Cancel)))!;
            all.AddRange(page.Items.Select(item => item.Row.Id));
            if (page.Next is null)
            {
                return (all, page.Items.Count);
            }

            after = page.Next;
        }
    }

    /// <summary>All pages before the last one, backwards, put into the order of the list.</summary>
    private async Task<List<ItemId>> WalkBackAsync(ItemFilter filter, ItemOrder order, int last)
    {
        var all = new List<ItemId>();
        ItemPlace? after = null;
        for (var read = 0; ;)
        {
            var page = (await data.Host.InAsync<ItemDirectory, ItemPage?>(items => items.PageAsync(data.Id, filter, order, after, 2_000, Cancel)))!;
            read += page.Items.Count;
            if (page.Next is null)
            {
                for (var before = page.Previous; before is { } place;)
                {
                    var back = (await data.Host.InAsync<ItemDirectory, ItemPage?>(items => items.PageBackAsync(data.Id, filter, order, place, 1_500, Cancel)))!;
                    all.InsertRange(0, back.Items.Select(item => item.Row.Id));
                    before = back.Previous;
                }

                Assert.Equal(read - last, all.Count);
                return all;
            }

            after = page.Next;
        }
    }

    [Fact]
    public async Task A_long_stream_comes_behind_what_others_wrote_meanwhile_and_leaves_what_they_changed()
    {
        var stream = Enumerable.Range(0, 3_000).Select(i => DatasetBench.Item($"Later {i} {new string('y', 300)}"));
        var result = await data.WriteAsync(stream.Select((write, i) =>
        {
            if (i == 2_900)
                data.AddAsync("In between").GetAwaiter().GetResult();
            return write;
        }));
        Assert.Equal(3_000, result.Created);
        var listed = await data.ListAsync(ItemFilter.All, 1_000);
        Assert.Equal("In between", listed[Count].Row.Input);
        Assert.StartsWith("Later 2999", listed[^1].Row.Input, StringComparison.Ordinal);
        await data.AssertIndexIsWhatFilesSayAsync();

        var updates = ids.Select((id, i) => new ItemWrite { Item = new DatasetItem { Id = id, Input = $"Changed {i}" }, Origin = ItemOrigin.Api });
        var outcome = await data.TryWriteAsync(updates.Select((write, i) =>
        {
            if (i == 8_000)
                data.Host.InAsync<ItemEditing>(async editing =>
                {
                    DatasetBench.Of(await editing.PutAsync(data.Id, ids[10], new DatasetItem { Input = "Mine" }, null, Cancel));
                    DatasetBench.Of(await editing.DeleteAsync(data.Id, ItemSelection.Of([ids[3_000]]), Cancel));
                }).GetAwaiter().GetResult();
            return write;
        }));
        var partly = DatasetBench.Of(outcome);
        Assert.Equal((0, Count - 2), (partly.Created, partly.Updated));
        Assert.Equal([ids[10], ids[3_000]], partly.Conflicts);
        Assert.Equal("Mine", DatasetBench.Of(await data.OpenAsync(ids[10])).Read().Input);
        Assert.Equal("Changed 11", DatasetBench.Of(await data.OpenAsync(ids[11])).Read().Input);
        await data.AssertIndexIsWhatFilesSayAsync();

        // Again, it changes the one and adds the other.
        Assert.Equal((1, 1), ((await data.WriteAsync(updates)) is var written ? (written.Created, written.Updated) : default));
        Assert.Equal(0, (await data.WriteAsync(updates)).Updated);
        Assert.Equal("Changed 8999", DatasetBench.Of(await data.OpenAsync(ids[8_999])).Read().Input);
        await data.AssertIndexIsWhatFilesSayAsync();
    }

    [Fact]
    public async Task A_stream_that_breaks_or_has_an_error_leaves_no_trace()
    {
        var version = (await data.ViewAsync()).Row.Version;
        var rows = (await data.Host.DumpDatasetsAsync()).Count;

        await Assert.ThrowsAsync<TimeoutException>(() => data.TryWriteAsync(Enumerable.Range(0, 6_000).Select(i => i < 5_999 ? DatasetBench.Item($"New {i} {new string('z', 300)}") : throw new TimeoutException())));
        var bad = await data.TryWriteAsync(Enumerable.Range(0, 6_000).Select(i => DatasetBench.Item($"New {i}") with { Errors = i is 5 or 5_990 ? [new Formats.ContentError("bad", Line: i)] : [] }));

        Assert.Equal([5, 5_990], Assert.IsType<Invalid>(bad.Failure).Errors.Select(error => (int)error.Line!));
        Assert.Equal(version, (await data.ViewAsync()).Row.Version);
        Assert.Equal(rows, (await data.Host.DumpDatasetsAsync()).Count);
        Assert.Empty(data.Host.Files("intents"));
    }

    private async Task AssertFindsAsync(ItemFilter filter, Func<int, bool> isWanted)
    {
        var wanted = Enumerable.Range(0, Count).Where(isWanted).Select(i => ids[i]);
        Assert.Equal(wanted, (await data.ListAsync(filter, 700)).Select(item => item.Row.Id));
        var last = (await data.Host.InAsync<ItemDirectory, ItemPage?>(items => items.PageBackAsync(data.Id, filter, ItemOrder.OfDataset, new ItemPlace(SectionOf(), long.MaxValue, 0), 5, Cancel)))!;
        Assert.Equal(wanted.TakeLast(5), last.Items.Select(item => item.Row.Id));
    }

    private SectionId SectionOf() => data.ViewAsync().GetAwaiter().GetResult().Sections[^1].Id;

    private static ItemWrite Item(int i) => new()
    {
        Item = new DatasetItem
        {
            Input = $"number{i} common {(i % 999 == 7 ? "rareword" : "")} {new string('x', 300)}",
            Output = i % 2 == 0 ? "An answer" : "",
            Context = i switch { > 8_990 => System.Text.Json.JsonElement.Parse("""{"tags":["late"]}"""), < 3 => System.Text.Json.JsonElement.Parse("""{"tags":["early"]}"""), _ => JsonObjects.Empty },
            Source = i == 5_000 ? new ItemSource(TypeId.From<SessionId>(new Guid("01890a5d-ac96-774b-bcce-b302099a8057")), []) : null,
        },
        Origin = ItemOrigin.Api,
    };
}

using System.Text;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Tests.Datasets;

/// <summary>Versions, their differences and their return hold for whatever was changed.</summary>
public sealed class DatasetVersionTests(DatasetBench bench) : IClassFixture<DatasetBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_old_version_is_paged_both_ways_found_and_counted_as_it_was()
    {
        await using var own = new Own();
        var data = own.Bench;
        await data.InitializeAsync();
        var ids = (await data.WriteAsync(Enumerable.Range(0, 2_500).Select(i => DatasetBench.Item($"Item {i} {(i % 100 == 3 ? "rare" : "")} {new string('x', 300)}", i % 2 == 0 ? "Yes" : "")))).Ids;
        var old = (await data.ViewAsync()).Row.Version;
        await data.EditAsync(editing => editing.DeleteAsync(data.Id, ItemSelection.Of([.. ids.Where((_, i) => i % 3 == 0)]), Cancel));
        await data.WriteAsync([DatasetBench.Item("New", "New")]);

        await data.Host.InAsync<IServiceProvider>(async services =>
        {
            var lists = services.GetRequiredService<VersionItems>();
            var contents = (await services.GetRequiredService<DatasetVersions>().OpenAsync(data.Id, old, Cancel))!;
            foreach (var (filter, isWanted) in new (ItemFilter, Func<int, bool>)[] { (ItemFilter.All, _ => true), (new ItemFilter { HasOutput = true }, i => i % 2 == 0), (new ItemFilter { Query = "rare" }, i => i % 100 == 3) })
            {
                foreach (var isDescending in new[] { false, true })
                {
                    var order = new ItemOrder(ItemSort.Position, isDescending);
                    var wanted = ids.Where((_, i) => isWanted(i)).ToList();
                    wanted = isDescending ? [.. Enumerable.Reverse(wanted)] : wanted;
                    var page = await lists.PageAsync(contents, filter, order, null, 400, Cancel);
                    var forwards = page.Items.ToList();
                    while (page.Next is { } next)
                    {
                        page = await lists.PageAsync(contents, filter, order, next, 400, Cancel);
                        forwards.AddRange(page.Items);
                    }

                    Assert.Equal(wanted, forwards.Select(item => item.Row.Id));
                    var last = page.Items.Count;
                    var backwards = new List<ItemId>();
                    for (var before = page.Previous; before is { } place;)
                    {
                        var back = await lists.PageBackAsync(contents, filter, order, place, 333, Cancel);
                        backwards.InsertRange(0, back.Items.Select(item => item.Row.Id));
                        before = back.Previous;
                    }

                    Assert.Equal(wanted.Count > 400 ? wanted.SkipLast(last) : [], backwards);
                }

                Assert.Equal(new ItemTotal(ids.Where((_, i) => isWanted(i)).Count(), false), await lists.TotalAsync(contents, filter, Cancel));
            }

            var facets = await lists.FacetsAsync(contents, ItemFilter.All, Cancel);
            Assert.Equal((2_500L, 1_250L, false), (facets.Total, facets.WithOutput, facets.IsPart));
            Assert.Equal((25L, 0L), ((await lists.FacetsAsync(contents, new ItemFilter { Query = "rare" }, Cancel)) is var found ? (found.Total, found.WithOutput) : default));
            var middle = (await services.GetRequiredService<ItemStore>().OpenAsync(data.Id, ids[999], old, Cancel)).Succeeded(out var item, out _) ? item : null;
            Assert.Equal(ids.Skip(999 - 2).Take(5), (await lists.PageAroundAsync(contents, ItemFilter.All, ItemOrder.OfDataset, middle!, 5, Cancel)).Items.Select(each => each.Row.Id));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Index_diff_restore_and_reindex_hold_for_random_changes(int seed)
    {
        await using var own = new Own();
        var data = own.Bench;
        await data.InitializeAsync();
        var random = new Random(seed);
        var states = new List<List<(SectionId Section, string Line)>> { await data.ReadAsync() };
        var versions = new List<int> { 1 };
        for (var step = 0; step < 14; step++)
        {
            await ChangeAsync(data, random);
            await data.AssertIndexIsWhatFilesSayAsync();
            states.Add(await data.ReadAsync());
            versions.Add((await data.ViewAsync()).Row.Version);
        }

        for (var i = 0; i < states.Count; i++)
        {
            Assert.Equal(states[i], await data.ReadAsync(versions[i]));
        }

        for (var n = 0; n < 8; n++)
        {
            var (from, to) = (random.Next(states.Count), random.Next(states.Count));
            var difference = (await data.Host.InAsync<DatasetDiffs, DatasetDifference?>(diffs => diffs.CompareAsync(data.Id, versions[from], versions[to], 0, 100_000, Cancel)))!;
            AssertDifference(ById(states[from]), ById(states[to]), difference);
        }

        var back = random.Next(states.Count - 1);
        await data.Host.InAsync<DatasetRestoring>(async restoring => DatasetBench.Of(await restoring.RestoreAsync(data.Id, versions[back], null, Cancel)));
        Assert.Equal(states[back], await data.ReadAsync());
        await data.AssertIndexIsWhatFilesSayAsync();

        var before = await data.Host.DumpDatasetsAsync();
        await data.Host.InAsync<IEnumerable<EvalMarket.Core.Data.IIndexRebuilder>>(async rebuilders =>
        {
            foreach (var rebuilder in rebuilders)
            {
                await rebuilder.RebuildAsync(Cancel);
            }
        });
        Assert.Equal(before, await data.Host.DumpDatasetsAsync());
    }

    [Fact]
    public async Task A_change_of_one_item_writes_one_chunk_and_shares_the_others()
    {
        await using var own = new Own();
        var data = own.Bench;
        await data.InitializeAsync();
        var ids = (await data.WriteAsync(Enumerable.Range(0, 3_000).Select(i => DatasetBench.Item($"Question {i} {new string('x', 600)}")))).Ids;
        var before = await ChunksAsync(data, null);

        await data.Host.InAsync<ItemEditing>(async editing => DatasetBench.Of(await editing.PutAsync(data.Id, ids[1_500], new DatasetItem { Input = "Another question" }, null, Cancel)));

        var after = await ChunksAsync(data, null);
        Assert.True(before.Count > 5);
        Assert.Equal(before.Count - 1, before.Intersect(after).Count());
        Assert.Equal(before, await ChunksAsync(data, 2));
        await data.AssertIndexIsWhatFilesSayAsync();
    }

    [Fact]
    public async Task A_deleted_item_says_in_which_version_it_was_and_can_be_read_there()
    {
        var id = await bench.AddAsync("What is a tombstone?", "A stone that says who lies there.");
        var version = (await bench.ViewAsync()).Row.Version;
        await bench.AddAsync("Something in between");
        await bench.EditAsync(editing => editing.DeleteAsync(bench.Id, ItemSelection.Of([id]), Cancel));

        var deleted = Assert.IsType<ItemDeleted>((await bench.OpenAsync(id)).Failure);
        Assert.Equal((version + 2, version + 1), (deleted.DeletedIn, deleted.LastIn));
        Assert.Contains("What is a tombstone?", Encoding.UTF8.GetString(DatasetBench.Of(await bench.OpenAsync(id, deleted.LastIn)).Line.Span), StringComparison.Ordinal);

        await bench.Host.InAsync<DatasetRestoring>(async restoring => DatasetBench.Of(await restoring.RestoreAsync(bench.Id, version + 1, null, Cancel)));
        Assert.Equal("What is a tombstone?", DatasetBench.Of(await bench.OpenAsync(id)).Read().Input);
    }

    [Fact]
    public async Task Garbage_collection_keeps_every_version_readable()
    {
        await using var own = new Own();
        var data = own.Bench;
        await data.InitializeAsync();
        await data.WriteAsync(Enumerable.Range(0, 50).Select(i => DatasetBench.Item($"Question {i}")));
        await data.EditAsync(editing => editing.DeleteAsync(data.Id, ItemSelection.Of(ItemFilter.All), Cancel));
        for (var day = 0; day < 3; day++)
        {
            await data.Host.Get<GarbageCollector>().CollectAsync("acme", Cancel);
            data.Host.Clock.Advance(TimeSpan.FromDays(2));
        }

        Assert.Equal(50, (await data.ReadAsync(2)).Count);
        Assert.Empty(await data.ReadAsync(3));
    }

    [Fact]
    public async Task Upkeep_removes_a_deleted_dataset_after_its_days_and_not_before()
    {
        await using var own = new Own();
        var data = own.Bench;
        await data.InitializeAsync();
        await data.AddAsync("Question");
        await data.Host.InAsync<DatasetEditing>(async editing => DatasetBench.Of(await editing.DeleteAsync(data.Id, Cancel)));
        Assert.Null(await data.Host.InAsync<DatasetDirectory, DatasetView?>(directory => directory.FindAsync(data.Id, Cancel)));

        data.Host.Clock.Advance(TimeSpan.FromDays(29));
        await data.Host.InAsync<DatasetUpkeep>(upkeep => upkeep.KeepAsync(Cancel));
        await data.Host.InAsync<DatasetEditing>(async editing => DatasetBench.Of(await editing.BringBackAsync(data.Id, Cancel)));
        Assert.Single(await data.ReadAsync());

        await data.Host.InAsync<DatasetEditing>(async editing => DatasetBench.Of(await editing.DeleteAsync(data.Id, Cancel)));
        data.Host.Clock.Advance(TimeSpan.FromDays(31));
        await data.Host.InAsync<DatasetUpkeep>(upkeep => upkeep.KeepAsync(Cancel));
        Assert.Empty(data.Host.Files("datasets"));
        Assert.Empty(await data.Host.DumpDatasetsAsync());
    }

    [Fact]
    public async Task Old_versions_are_thinned_to_one_a_week_but_named_and_pinned_ones_stay()
    {
        await using var own = new Own();
        var data = own.Bench;
        await data.InitializeAsync();
        for (var i = 0; i < 5; i++)
        {
            await data.AddAsync($"Question {i}");
        }

        await data.Host.InAsync<DatasetMarking>(async marking => DatasetBench.Of(await marking.MarkAsync(data.Id, 2, "as published", null, Cancel)));
        await data.Host.InAsync<DatasetMarking>(async marking => DatasetBench.Of(await marking.MarkAsync(data.Id, 3, null, true, Cancel)));
        data.Host.Clock.Advance(TimeSpan.FromDays(100));
        await data.Host.InAsync<DatasetUpkeep>(upkeep => upkeep.KeepAsync(Cancel));

        var left = await data.Host.InAsync<DatasetVersions, VersionPage>(versions => versions.ListAsync(data.Id, null, 100, Cancel));
        Assert.Equal([6, 5, 3, 2], left.Items.Select(version => version.Version));
        Assert.Equal("as published", left.Items[^1].Name);
        Assert.Equal(2, (await data.ReadAsync(3)).Count);
    }

    private static async Task<List<string>> ChunksAsync(DatasetBench data, int? version) =>
        (await data.Host.InAsync<DatasetVersions, DatasetContents?>(versions => versions.OpenAsync(data.Id, version, Cancel)))!
            .Sections.SelectMany(section => section.Chunks).Select(chunk => chunk.Sha256).ToList();

    private static Dictionary<string, (SectionId Section, string Line)> ById(List<(SectionId Section, string Line)> state) =>
        state.ToDictionary(item => ItemSketch.IdOf(Encoding.UTF8.GetBytes(item.Line)).Value, StringComparer.Ordinal);

    private static void AssertDifference(Dictionary<string, (SectionId Section, string Line)> from, Dictionary<string, (SectionId Section, string Line)> to, DatasetDifference found)
    {
        Assert.Equal(to.Keys.Except(from.Keys).Order(StringComparer.Ordinal), Ids(DiffKind.Added));
        Assert.Equal(from.Keys.Except(to.Keys).Order(StringComparer.Ordinal), Ids(DiffKind.Removed));
        Assert.Equal(from.Keys.Intersect(to.Keys).Where(id => from[id].Line != to[id].Line).Order(StringComparer.Ordinal), Ids(DiffKind.Changed));
        Assert.Equal(from.Keys.Intersect(to.Keys).Where(id => from[id].Line == to[id].Line && from[id].Section != to[id].Section).Order(StringComparer.Ordinal), Ids(DiffKind.Moved));
        Assert.All(found.Items.Where(item => item.Kind == DiffKind.Changed), item => Assert.NotEmpty(item.Fields));

        IEnumerable<string> Ids(DiffKind kind) => found.Items.Where(item => item.Kind == kind).Select(item => item.Id.Value).Order(StringComparer.Ordinal);
    }

    /// <summary>One change of a random kind, of random items.</summary>
    private static async Task ChangeAsync(DatasetBench data, Random random)
    {
        var view = await data.ViewAsync();
        var items = await data.ListAsync(ItemFilter.All, 1_000);
        ItemSelection Some() => ItemSelection.Of([.. items.Where(_ => random.Next(4) == 0).Select(item => item.Row.Id).DefaultIfEmpty(items[random.Next(items.Count)].Row.Id)]);
        switch (items.Count == 0 ? 0 : random.Next(9))
        {
            case 0 or 1:
                await data.WriteAsync(Enumerable.Range(0, random.Next(1, 600)).Select(_ => Random(random) with { Section = view.Sections[random.Next(view.Sections.Count)].Id }));
                break;
            case 2:
                await data.EditAsync(editing => editing.DeleteAsync(data.Id, Some(), Cancel));
                break;
            case 3:
                await data.EditAsync(editing => editing.EditAsync(data.Id, Some(), item => item with { Output = $"{random.Next()}{new string('y', random.Next(3_000))}" }, null, Cancel));
                break;
            case 4 when view.Sections.Count < 4:
                await data.Host.InAsync<DatasetEditing>(async editing => DatasetBench.Of(await editing.AddSectionAsync(data.Id, $"Section {random.Next()}", Cancel)));
                break;
            case 4 or 5:
                await data.EditAsync(editing => editing.MoveAsync(data.Id, Some(), view.Sections[random.Next(view.Sections.Count)].Id, Cancel));
                break;
            case 6:
                await data.EditAsync(editing => editing.DuplicateAsync(data.Id, Some(), Cancel));
                break;
            case 7 when view.Sections.Count > 1:
                await data.Host.InAsync<DatasetEditing>(async editing => DatasetBench.Of(await editing.DeleteSectionAsync(data.Id, view.Sections[random.Next(view.Sections.Count)].Id, Cancel)));
                break;
            default:
                await data.Host.InAsync<DatasetEditing>(async editing =>
                    DatasetBench.Of(await editing.UpdateSectionAsync(data.Id, view.Sections[random.Next(view.Sections.Count)].Id, null, random.Next(view.Sections.Count), Cancel)));
                break;
        }
    }

    private static ItemWrite Random(Random random) => DatasetBench.Item($"Question {random.Next()} {new string('x', random.Next(2_000))}", random.Next(3) == 0 ? "" : $"Answer {random.Next()}");

    private sealed class Own : IAsyncDisposable
    {
        public DatasetBench Bench { get; } = new();

        public ValueTask DisposeAsync() => Bench.DisposeAsync();
    }
}

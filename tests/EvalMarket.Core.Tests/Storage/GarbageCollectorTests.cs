using EvalMarket.Core.Storage;

namespace EvalMarket.Core.Tests.Storage;

public sealed class GarbageCollectorTests : StorageTest
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly FakeRoots roots = new();
    private readonly IntentLog intents;
    private readonly GarbageCollector collector;
    private readonly EncodedChunk chunk = ChunkCodecTests.Encode(["{\"n\":1}"]);

    public GarbageCollectorTests()
    {
        var gate = new IntentGate();
        intents = new IntentLog(Store, gate, Clock, new InstanceName("one"));
        collector = new GarbageCollector(Store, intents, gate, [roots], Clock);
    }

    private BlobPath ChunkPath => ChunkStore.PathOf(Workspace, chunk.Ref.Sha256);

    [Fact]
    public async Task A_chunk_that_nothing_reaches_goes_at_the_second_mark_a_day_later()
    {
        await PutChunkAsync();

        Assert.Equal((1, 0), await CollectAsync());
        Clock.Advance(Day - TimeSpan.FromMinutes(1));
        Assert.Equal((1, 0), await CollectAsync());
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 1), await CollectAsync());
        Assert.Equal((0, 0), await CollectAsync());

        Assert.Empty(await PathsAsync());
    }

    [Fact]
    public async Task A_chunk_that_a_root_reaches_stays()
    {
        await PutChunkAsync();
        roots.Live.Add(chunk.Ref.Sha256);

        await CollectTwiceAsync();

        Assert.Equal([ChunkPath.Value], await PathsAsync());
    }

    [Fact]
    public async Task A_chunk_that_a_root_reaches_again_begins_anew()
    {
        await PutChunkAsync();
        await CollectAsync();
        Clock.Advance(Day);
        roots.Live.Add(chunk.Ref.Sha256);
        Assert.Equal((0, 0), await CollectAsync());
        Clock.Advance(Day);
        roots.Live.Clear();

        Assert.Equal((1, 0), await CollectAsync());
    }

    [Fact]
    public async Task A_chunk_that_a_writer_met_since_the_first_mark_begins_anew()
    {
        await PutChunkAsync();
        await CollectAsync();
        Clock.Advance(Day);
        await PutChunkAsync();

        Assert.Equal((1, 0), await CollectAsync());
        Clock.Advance(Day);
        Assert.Equal((0, 1), await CollectAsync());
    }

    [Fact]
    public async Task A_chunk_that_an_intent_names_stays_as_long_as_the_intent()
    {
        await PutChunkAsync();
        await CollectAsync();
        Clock.Advance(Day);
        var intent = await intents.BeginAsync(Workspace, "sessions.import", [new IntentWrite(ChunkPath)], null, Cancel);
        Assert.Equal((0, 0), await CollectAsync());
        Clock.Advance(Day);
        Assert.Equal((0, 0), await CollectAsync());

        await intents.CompleteAsync(intent, Cancel);
        await CollectTwiceAsync();

        Assert.Empty(await PathsAsync());
    }

    [Fact]
    public async Task A_change_that_begins_after_the_marking_keeps_its_chunks()
    {
        await PutChunkAsync();
        await CollectAsync();
        Clock.Advance(Day);
        // The roots are the last thing that is asked before the sweep.
        roots.WhenAsked = () => intents.BeginAsync(Workspace, "sessions.import", [new IntentWrite(ChunkPath)], null, Cancel);

        Assert.Equal((1, 0), await CollectAsync());

        Assert.NotNull(await Store.ReadAsync(ChunkPath, Cancel));
    }

    [Fact]
    public async Task A_change_that_comes_and_goes_after_the_marking_keeps_its_chunks()
    {
        await PutChunkAsync();
        await CollectAsync();
        Clock.Advance(Day);
        roots.WhenAsked = async () =>
        {
            var intent = await intents.BeginAsync(Workspace, "sessions.import", [new IntentWrite(ChunkPath)], null, Cancel);
            await PutChunkAsync();
            await intents.CompleteAsync(intent, Cancel);
        };

        Assert.Equal((1, 0), await CollectAsync());

        Assert.NotNull(await Store.ReadAsync(ChunkPath, Cancel));
    }

    [Fact]
    public async Task Only_chunks_of_the_workspace_are_collected()
    {
        await PutChunkAsync();
        await Store.PutAsync([ChunkStore.ToBlob("umbrella", chunk), new BlobContent(BlobPath.Parse("w/acme/sessions/ses_1/1-0123456789ab.json"), new byte[1])], Cancel);

        await CollectTwiceAsync();

        Assert.Equal(["w/acme/sessions/ses_1/1-0123456789ab.json", ChunkStore.PathOf("umbrella", chunk.Ref.Sha256).Value], await PathsAsync());
    }

    [Fact]
    public async Task Of_many_chunks_exactly_the_dead_ones_go()
    {
        var chunks = Enumerable.Range(0, 400).Select(i => ChunkCodecTests.Encode([$"{{\"n\":{i}}}"])).ToList();
        await Store.PutAsync([.. chunks.Select(each => ChunkStore.ToBlob(Workspace, each))], Cancel);
        roots.Live.AddRange(chunks.Where((_, i) => i % 3 == 0).Select(each => each.Ref.Sha256));

        await collector.CollectAsync(Workspace, Cancel);
        Clock.Advance(Day);
        var report = await collector.CollectAsync(Workspace, Cancel);

        Assert.Equal(chunks.Where((_, i) => i % 3 != 0).Sum(each => (long)each.File.Length), report.DeletedBytes);
        Assert.Equal((134, 266), (report.Live, report.Deleted));
        Assert.Equal(roots.Live.Select(sha => ChunkStore.PathOf(Workspace, sha).Value).Order(StringComparer.Ordinal), await PathsAsync());
    }

    [Fact]
    public async Task When_a_root_fails_nothing_is_deleted()
    {
        await PutChunkAsync();
        await CollectAsync();
        Clock.Advance(Day);

        roots.WhenAsked = () => throw new InvalidOperationException("The database is not there.");
        await Assert.ThrowsAsync<InvalidOperationException>(CollectAsync);
        roots.WhenAsked = null;
        roots.Live.Add("not a hash");
        await Assert.ThrowsAsync<FormatException>(CollectAsync);

        Assert.NotNull(await Store.ReadAsync(ChunkPath, Cancel));
    }

    [Fact]
    public async Task When_an_intent_cannot_be_read_nothing_is_deleted()
    {
        await PutChunkAsync();
        await CollectAsync();
        Clock.Advance(Day);
        await PutAsync(BlobPath.Parse("w/acme/intents/unreadable.json"), Utf8("{"));

        await Assert.ThrowsAsync<StorageException>(CollectAsync);

        Assert.NotNull(await Store.ReadAsync(ChunkPath, Cancel));
    }

    [Fact]
    public async Task Without_roots_everything_would_be_garbage_and_nothing_is_done()
    {
        var none = new GarbageCollector(Store, intents, new IntentGate(), [], Clock);

        await Assert.ThrowsAsync<InvalidOperationException>(() => none.CollectAsync(Workspace, Cancel));
    }

    private Task PutChunkAsync() => Store.PutAsync([ChunkStore.ToBlob(Workspace, chunk)], Cancel);

    private async Task<(int Waiting, int Deleted)> CollectAsync()
    {
        var report = await collector.CollectAsync(Workspace, Cancel);
        return (report.Waiting, report.Deleted);
    }

    private async Task CollectTwiceAsync()
    {
        await CollectAsync();
        Clock.Advance(Day);
        await CollectAsync();
    }

    private sealed class FakeRoots : IGarbageRoots
    {
        public List<string> Live { get; } = [];

        public Func<Task>? WhenAsked { get; set; }

        public async IAsyncEnumerable<string> LiveChunksAsync(string workspace, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var sha in Live)
                yield return sha;
            if (WhenAsked is not null)
                await WhenAsked();
        }
    }
}

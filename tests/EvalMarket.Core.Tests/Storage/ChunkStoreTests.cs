using EvalMarket.Core.Storage;

namespace EvalMarket.Core.Tests.Storage;

public sealed class ChunkStoreTests : StorageTest
{
    private readonly string[] lines = [.. Enumerable.Range(0, 3000).Select(i => $"{{\"n\":{i},\"text\":\"{new string('x', i % 200)}\"}}"), new string('y', 300_000), "{\"last\":true}"];
    private readonly EncodedChunk chunk;
    private readonly ChunkStore chunks;

    public ChunkStoreTests()
    {
        chunk = ChunkCodecTests.Encode(lines);
        chunks = new ChunkStore(Store);
    }

    private BlobPath ChunkPath => ChunkStore.PathOf(Workspace, chunk.Ref.Sha256);

    [Fact]
    public void A_chunk_lies_under_the_first_two_digits_of_its_hash()
    {
        var sha = chunk.Ref.Sha256;

        Assert.Equal($"w/acme/chunks/{sha[..2]}/{sha}.jsonl.gz", ChunkPath.Value);
        Assert.Throws<FormatException>(() => ChunkStore.PathOf("..", sha));
        Assert.Throws<FormatException>(() => ChunkStore.PathOf(Workspace, "../../../../etc/passwd"));
        Assert.Throws<FormatException>(() => ChunkStore.PathOf(Workspace, sha.ToUpperInvariant()));
    }

    [Fact]
    public async Task Streams_the_lines_in_order_long_ones_included()
    {
        await Store.PutAsync([ChunkStore.ToBlob(Workspace, chunk)], Cancel);

        var read = new List<string>();
        await foreach (var line in chunks.ReadLinesAsync(Workspace, chunk.Ref, Cancel))
            read.Add(Utf8(line));

        Assert.Equal(lines, read);
    }

    [Fact]
    public async Task Reads_one_line_by_its_place()
    {
        await Store.PutAsync([ChunkStore.ToBlob(Workspace, chunk)], Cancel);

        Assert.Equal(lines[0], Utf8((await chunks.ReadLineAsync(Workspace, chunk.Ref, 0, Cancel))!.Value));
        Assert.Equal(lines[1234], Utf8((await chunks.ReadLineAsync(Workspace, chunk.Ref, 1234, Cancel))!.Value));
        Assert.Equal(lines[^1], Utf8((await chunks.ReadLineAsync(Workspace, chunk.Ref, lines.Length - 1, Cancel))!.Value));
        Assert.Null(await chunks.ReadLineAsync(Workspace, chunk.Ref, lines.Length, Cancel));
        Assert.Null(await chunks.ReadLineAsync(Workspace, chunk.Ref, -1, Cancel));
    }

    [Fact]
    public async Task Picks_lines_without_reading_further_and_gives_fewer_of_a_damaged_file()
    {
        await Store.PutAsync([ChunkStore.ToBlob(Workspace, chunk)], Cancel);

        async Task<string[]> PickAsync(params int[] wanted) => [.. (await chunks.PickLinesAsync(Workspace, chunk.Ref, wanted, Cancel)).Select(line => Utf8(line))];
        Assert.Equal([lines[0], lines[7], lines[2_999], lines[3_000]], await PickAsync(0, 7, 2_999, 3_000));
        Assert.Equal([lines[^1]], await PickAsync(lines.Length - 1));
        Assert.Empty(await PickAsync(lines.Length));

        await Store.PutAsync([new BlobContent(ChunkPath, chunk.File[..(chunk.File.Length / 2)])], Cancel);
        Assert.Equal([lines[0]], await PickAsync(0, lines.Length - 1));
        await Store.DeleteAsync([ChunkPath], Cancel);
        Assert.Empty(await PickAsync(0));
    }

    [Fact]
    public async Task Reads_the_whole_text()
    {
        await Store.PutAsync([ChunkStore.ToBlob(Workspace, chunk)], Cancel);

        Assert.Equal(string.Concat(lines.Select(line => line + "\n")), Utf8(await chunks.ReadTextAsync(Workspace, chunk.Ref, Cancel)));
    }

    [Fact]
    public async Task Keeps_empty_lines()
    {
        var odd = ChunkCodecTests.Encode(["", "a", "", ""]);
        await Store.PutAsync([ChunkStore.ToBlob(Workspace, odd)], Cancel);

        Assert.Equal("\na\n\n\n", Utf8(await chunks.ReadTextAsync(Workspace, odd.Ref, Cancel)));
        Assert.Equal("", Utf8((await chunks.ReadLineAsync(Workspace, odd.Ref, 3, Cancel))!.Value));
    }

    [Fact]
    public async Task A_missing_chunk_is_named()
    {
        var e = await Assert.ThrowsAsync<StorageException>(() => chunks.ReadTextAsync(Workspace, chunk.Ref, Cancel));

        Assert.Equal(StorageFailure.Missing, e.Failure);
        Assert.Contains(chunk.Ref.Sha256, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_chunk_is_named_wherever_the_damage_is()
    {
        var file = chunk.File.ToArray();
        var damaged = new List<byte[]>
        {
            Array.Empty<byte>(),
            file[..5],
            file[..(file.Length / 2)],
            file[..^9],
            ChunkCodecTests.Encode(["{}"]).File.ToArray(),
            ChunkCodecTests.Encode(lines.Append("{}")).File.ToArray(),
            ChunkCodecTests.Encode(lines.SkipLast(1).Append("{\"last\":null}")).File.ToArray(),
        };
        foreach (var at in new[] { 0, 10, file.Length / 3, file.Length / 2, file.Length - 12, file.Length - 8, file.Length - 1 })
        {
            var copy = file.ToArray();
            copy[at] ^= 0x10;
            damaged.Add(copy);
        }

        foreach (var bytes in damaged)
        {
            await PutAsync(ChunkPath, bytes);
            foreach (var read in new Func<Task>[] { () => chunks.ReadTextAsync(Workspace, chunk.Ref, Cancel), () => chunks.ReadLineAsync(Workspace, chunk.Ref, 0, Cancel) })
            {
                var e = await Assert.ThrowsAsync<StorageException>(read);
                Assert.Equal(StorageFailure.Corrupt, e.Failure);
                Assert.Contains(chunk.Ref.Sha256, e.Message, StringComparison.Ordinal);
            }
        }
    }
}

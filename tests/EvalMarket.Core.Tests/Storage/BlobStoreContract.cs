using System.Security.Cryptography;
using EvalMarket.Core.Storage;

namespace EvalMarket.Core.Tests.Storage;

/// <summary>What every blob store promises. Each adapter has a class that inherits these tests.</summary>
public abstract class BlobStoreContract
{
    protected abstract IBlobStore Store { get; }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reads_back_what_was_put()
    {
        await PutAsync("w/acme/sessions/ses_1/1-0123456789ab.json", [1, 2, 3]);

        Assert.Equal([1, 2, 3], await ReadAsync("w/acme/sessions/ses_1/1-0123456789ab.json"));
        await using var stream = await Store.OpenReadAsync(BlobPath.Parse("w/acme/sessions/ses_1/1-0123456789ab.json"), Cancel);
        Assert.Equal([1, 2, 3], await AllOfAsync(stream!));
    }

    [Fact]
    public async Task Reads_back_an_empty_blob()
    {
        await PutAsync("w/acme/empty", []);

        Assert.Empty((await ReadAsync("w/acme/empty"))!);
    }

    [Theory]
    [InlineData("w/acme/nothing")]
    [InlineData("w/nobody/at/all")]
    [InlineData("w/acme/folder")]
    [InlineData("w/acme/folder/blob/below")]
    public async Task What_is_not_there_reads_as_null(string path)
    {
        await PutAsync("w/acme/folder/blob", [1]);

        Assert.Null(await ReadAsync(path));
        Assert.Null(await Store.OpenReadAsync(BlobPath.Parse(path), Cancel));
    }

    [Fact]
    public async Task Slices_of_blobs_are_read_one_after_the_other()
    {
        await PutAsync("w/acme/chunks/ab/one", [1, 2, 3, 4]);
        await PutAsync("w/acme/chunks/cd/two", [5, 6]);
        await using var slices = Store.OpenSlices();

        Assert.Equal([2, 3], await SliceAsync("w/acme/chunks/ab/one", 1, 2));
        Assert.Equal([5, 6], await SliceAsync("w/acme/chunks/cd/two", 0, 2));
        Assert.Equal([4], await SliceAsync("w/acme/chunks/ab/one", 3, 1));
        var cut = await Assert.ThrowsAsync<StorageException>(() => SliceAsync("w/acme/chunks/ab/one", 2, 3));
        Assert.Equal(StorageFailure.Corrupt, cut.Failure);
        var missing = await Assert.ThrowsAsync<StorageException>(() => SliceAsync("w/acme/chunks/ab/none", 0, 1));
        Assert.Equal(StorageFailure.Missing, missing.Failure);

        async Task<byte[]> SliceAsync(string path, long offset, int length)
        {
            var target = new byte[length];
            await slices.ReadAsync(BlobPath.Parse(path), offset, target, Cancel);
            return target;
        }
    }

    [Fact]
    public async Task A_put_replaces_what_was_there()
    {
        await PutAsync("w/acme/dataset.json", [1, 2, 3]);
        await PutAsync("w/acme/dataset.json", [4]);

        Assert.Equal([4], await ReadAsync("w/acme/dataset.json"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(300)]
    public async Task A_batch_is_there_as_a_whole(int count)
    {
        var blobs = Enumerable.Range(0, count).Select(i => new BlobContent(BlobPath.Parse($"w/acme/sessions/ses_{i}/1.json"), BitConverter.GetBytes(i))).ToList();

        await Store.PutAsync(blobs, Cancel);

        foreach (var blob in blobs)
            Assert.Equal(blob.Bytes.ToArray(), await Store.ReadAsync(blob.Path, Cancel));
    }

    [Fact]
    public async Task An_empty_batch_is_fine()
    {
        await Store.PutAsync([], Cancel);
        await Store.DeleteAsync([], Cancel);

        Assert.Empty(await ListAsync(""));
    }

    [Fact]
    public async Task A_batch_that_names_a_path_twice_is_refused()
    {
        var path = BlobPath.Parse("w/acme/a");

        await Assert.ThrowsAsync<ArgumentException>(() => Store.PutAsync([new BlobContent(path, new byte[1]), new BlobContent(path, new byte[2])], Cancel));

        Assert.Null(await Store.ReadAsync(path, Cancel));
    }

    [Fact]
    public async Task A_content_addressed_blob_that_is_there_is_seen_as_fresh()
    {
        var blob = new BlobContent(BlobPath.Parse("w/acme/chunks/ab/abc"), new byte[] { 1, 2 }, SkipIfPresent: true);
        await Store.PutAsync([blob], Cancel);
        var before = Assert.Single(await ListAsync("w/acme/chunks/"));
        await LetTimePassAsync();

        await Store.PutAsync([blob], Cancel);

        var after = Assert.Single(await ListAsync("w/acme/chunks/"));
        Assert.True(after.LastWritten > before.LastWritten, $"{after.LastWritten:O} is not after {before.LastWritten:O}");
        Assert.Equal([1, 2], await Store.ReadAsync(blob.Path, Cancel));
    }

    [Fact]
    public async Task A_content_addressed_blob_of_the_wrong_length_is_written_again()
    {
        var path = BlobPath.Parse("w/acme/chunks/ab/abc");
        await Store.PutAsync([new BlobContent(path, new byte[] { 1 })], Cancel);

        await Store.PutAsync([new BlobContent(path, new byte[] { 1, 2 }, SkipIfPresent: true)], Cancel);

        Assert.Equal([1, 2], await Store.ReadAsync(path, Cancel));
    }

    [Fact]
    public async Task Writers_of_the_same_content_do_not_disturb_each_other()
    {
        var bytes = RandomNumberGenerator.GetBytes(100_000);
        var blob = new BlobContent(BlobPath.Parse("w/acme/chunks/ab/abc"), bytes, SkipIfPresent: true);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(
            async () =>
            {
                await Store.PutAsync([blob], Cancel);
                Assert.Equal(bytes, await Store.ReadAsync(blob.Path, Cancel));
            },
            Cancel)));

        Assert.Equal(bytes.Length, Assert.Single(await ListAsync("w/")).Length);
    }

    [Fact]
    public async Task A_blob_is_safe_while_others_come_and_go_in_its_folder()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(
            async () =>
            {
                var path = BlobPath.Parse($"w/acme/intents/busy/{writer}.json");
                for (var i = 0; i < 50; i++)
                {
                    await Store.PutAsync([new BlobContent(path, new[] { (byte)i })], Cancel);
                    Assert.Equal([(byte)i], (await Store.ReadAsync(path, Cancel))!);
                    await Store.DeleteAsync([path], Cancel);
                }
            },
            Cancel)));

        Assert.Empty(await ListAsync("w/"));
    }

    [Fact]
    public async Task A_stream_is_put_whole()
    {
        var bytes = RandomNumberGenerator.GetBytes(3_000_001);

        var length = await Store.PutAsync(BlobPath.Parse("w/acme/assets/a"), new MemoryStream(bytes), bytes.Length, Cancel);

        Assert.Equal(bytes.Length, length);
        Assert.Equal(bytes, await ReadAsync("w/acme/assets/a"));
    }

    [Fact]
    public async Task A_stream_past_its_limit_is_refused_and_leaves_what_was_there()
    {
        await PutAsync("w/acme/assets/a", [1]);

        var e = await Assert.ThrowsAsync<StorageException>(() => Store.PutAsync(BlobPath.Parse("w/acme/assets/a"), new MemoryStream(new byte[1001]), 1000, Cancel));

        Assert.Equal(StorageFailure.TooLarge, e.Failure);
        Assert.Equal([1], await ReadAsync("w/acme/assets/a"));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_leaves_nothing_and_says_why()
    {
        var e = await Assert.ThrowsAsync<IOException>(() => Store.PutAsync(BlobPath.Parse("w/acme/assets/a"), new BrokenStream(200_000), null, Cancel));

        Assert.Equal(BrokenStream.Reason, e.Message);
        Assert.Empty(await ListAsync(""));
    }

    [Fact]
    public async Task A_cancelled_put_leaves_nothing()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync([new BlobContent(BlobPath.Parse("w/acme/a"), new byte[1])], source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync(BlobPath.Parse("w/acme/a"), new MemoryStream([1]), null, source.Token));

        Assert.Empty(await ListAsync(""));
    }

    [Fact]
    public async Task An_open_blob_stays_readable_when_it_is_replaced_or_deleted()
    {
        await PutAsync("w/acme/a", [1, 1]);
        await PutAsync("w/acme/b", [2, 2]);
        await using var replaced = await Store.OpenReadAsync(BlobPath.Parse("w/acme/a"), Cancel);
        await using var deleted = await Store.OpenReadAsync(BlobPath.Parse("w/acme/b"), Cancel);

        await PutAsync("w/acme/a", [3]);
        await Store.DeleteAsync([BlobPath.Parse("w/acme/b")], Cancel);

        Assert.Equal([1, 1], await AllOfAsync(replaced!));
        Assert.Equal([2, 2], await AllOfAsync(deleted!));
    }

    [Fact]
    public async Task Lists_by_prefix_at_any_depth()
    {
        await PutAsync("w/acme/chunks/ab/abc", [1, 2, 3]);
        await PutAsync("w/acme/chunks/ac/acd", [1]);
        await PutAsync("w/acme/dataset.json", [1]);
        await PutAsync("w/acme2/dataset.json", [1]);

        Assert.Equal(["w/acme/chunks/ab/abc", "w/acme/chunks/ac/acd"], await PathsAsync("w/acme/chunks/"));
        Assert.Equal(["w/acme/chunks/ab/abc"], await PathsAsync("w/acme/chunks/ab"));
        Assert.Equal(["w/acme/chunks/ab/abc", "w/acme/chunks/ac/acd", "w/acme/dataset.json"], await PathsAsync("w/acme/"));
        Assert.Equal(["w/acme/chunks/ab/abc", "w/acme/chunks/ac/acd", "w/acme/dataset.json", "w/acme2/dataset.json"], await PathsAsync("w/acme"));
        Assert.Equal(4, (await PathsAsync("")).Count);
        Assert.Empty(await PathsAsync("w/acme/chunks/zz/"));
        Assert.Equal(3, (await ListAsync("w/acme/chunks/ab/")).Single().Length);
    }

    [Fact]
    public async Task Lists_more_than_a_page()
    {
        var blobs = Enumerable.Range(0, 2500).Select(i => new BlobContent(BlobPath.Parse($"w/acme/many/{i:D4}"), new byte[1])).ToList();
        await Store.PutAsync(blobs, Cancel);

        Assert.Equal(blobs.Select(blob => blob.Path.Value), await PathsAsync("w/acme/many/"));
    }

    [Theory]
    [InlineData("../")]
    [InlineData("/")]
    [InlineData("w/../")]
    [InlineData("w//")]
    [InlineData(".tmp/")]
    [InlineData("w\\")]
    public async Task Does_not_list_what_is_no_path(string prefix) =>
        await Assert.ThrowsAsync<FormatException>(() => ListAsync(prefix));

    [Fact]
    public async Task Lists_the_folders_in_a_folder()
    {
        await PutAsync("w/acme/sessions/ses_1/1.json", [1]);
        await PutAsync("w/acme/sessions/ses_2/1.json", [1]);
        await PutAsync("w/acme/garbage.json", [1]);

        Assert.Equal(["ses_1", "ses_2"], await FoldersAsync("w/acme/sessions"));
        Assert.Equal(["sessions"], await FoldersAsync("w/acme"));
        Assert.Empty(await FoldersAsync("w/acme/sessions/ses_1"));
        Assert.Empty(await FoldersAsync("w/nobody"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task Deletes_blobs_and_the_folders_that_become_empty(int count)
    {
        var paths = Enumerable.Range(0, count).Select(i => BlobPath.Parse($"w/acme/sessions/ses_{i}/1.json")).ToList();
        await Store.PutAsync([.. paths.Select(path => new BlobContent(path, new byte[1]))], Cancel);
        await PutAsync("w/acme/kept/a", [1]);

        await Store.DeleteAsync(paths, Cancel);

        Assert.Equal(["w/acme/kept/a"], await PathsAsync(""));
        Assert.Equal(["kept"], await FoldersAsync("w/acme"));
    }

    [Fact]
    public async Task Deleting_what_is_not_there_is_fine()
    {
        await PutAsync("w/acme/a", [1]);

        await Store.DeleteAsync([BlobPath.Parse("w/acme/b"), BlobPath.Parse("w/nobody/at/all"), BlobPath.Parse("w/acme/a/below"), BlobPath.Parse("w/acme")], Cancel);

        Assert.Equal(["w/acme/a"], await PathsAsync(""));
    }

    [Fact]
    public async Task A_probe_succeeds_and_leaves_nothing()
    {
        await Store.ProbeAsync(Cancel);

        Assert.Empty(await ListAsync(""));
    }

    /// <summary>Makes sure that the store's clock reads later than before.</summary>
    protected abstract Task LetTimePassAsync();

    protected Task PutAsync(string path, byte[] bytes) => Store.PutAsync([new BlobContent(BlobPath.Parse(path), bytes)], Cancel);

    protected async Task<byte[]?> ReadAsync(string path) => await Store.ReadAsync(BlobPath.Parse(path), Cancel);

    protected async Task<List<BlobInfo>> ListAsync(string prefix)
    {
        var blobs = new List<BlobInfo>();
        await foreach (var blob in Store.ListAsync(prefix, Cancel))
            blobs.Add(blob);
        return blobs;
    }

    private async Task<List<string>> PathsAsync(string prefix) => [.. (await ListAsync(prefix)).Select(blob => blob.Path.Value).Order(StringComparer.Ordinal)];

    private async Task<List<string>> FoldersAsync(string folder)
    {
        var names = new List<string>();
        await foreach (var name in Store.ListFoldersAsync(BlobPath.Parse(folder), Cancel))
            names.Add(name);
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static async Task<byte[]> AllOfAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, Cancel);
        return all.ToArray();
    }

    /// <summary>An upload whose sender hangs up.</summary>
    private sealed class BrokenStream(int length) : MemoryStream(new byte[length])
    {
        public const string Reason = "The client has gone.";

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException(Reason);
    }
}

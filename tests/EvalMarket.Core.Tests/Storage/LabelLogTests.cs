using EvalMarket.Core.Storage;

namespace EvalMarket.Core.Tests.Storage;

public sealed class LabelLogTests : StorageTest
{
    private readonly LabelLog log;

    public LabelLogTests() => log = new LabelLog(Store);

    [Fact]
    public async Task Reads_all_lines_in_the_order_of_their_sequences()
    {
        await AppendAsync(10, "d");
        await AppendAsync(2, "b", "c");
        await AppendAsync(1, "a");

        Assert.Equal(["1:a", "2:b", "2:c", "10:d"], await ReadAsync(-1));
        Assert.Equal(["10:d"], await ReadAsync(2));
        Assert.Empty(await ReadAsync(10));
        Assert.Equal(10, await log.LastAsync(Workspace, Cancel));
        Assert.Equal(["w/acme/labels/000000000001.jsonl.gz", "w/acme/labels/000000000002.jsonl.gz", "w/acme/labels/000000000010.jsonl.gz"], await PathsAsync());
    }

    [Fact]
    public async Task A_workspace_without_labels_has_none()
    {
        Assert.Empty(await ReadAsync(-1));
        Assert.Null(await log.LastAsync(Workspace, Cancel));
    }

    [Fact]
    public async Task A_sequence_is_written_once_and_a_retry_is_fine()
    {
        await AppendAsync(1, "a");
        await AppendAsync(1, "a");

        var e = await Assert.ThrowsAsync<StorageException>(() => AppendAsync(1, "b"));

        Assert.Equal(StorageFailure.Conflict, e.Failure);
        Assert.Equal(["1:a"], await ReadAsync(-1));
    }

    [Fact]
    public async Task A_fold_takes_the_place_of_what_it_covers()
    {
        for (var i = 1; i <= 5; i++)
            await AppendAsync(i, $"line {i}");

        await FoldAsync(3, "folded 1-3");
        Assert.Equal(["3:folded 1-3", "4:line 4", "5:line 5"], await ReadAsync(-1));
        // Whoever is behind the fold needs the whole fold; whoever is past it, nothing of it.
        Assert.Equal(["3:folded 1-3", "4:line 4", "5:line 5"], await ReadAsync(2));
        Assert.Equal(["4:line 4", "5:line 5"], await ReadAsync(3));

        await FoldAsync(5, "folded 1-5");
        Assert.Equal(["5:folded 1-5"], await ReadAsync(0));
        Assert.Equal(["w/acme/labels/fold-000000000005.jsonl.gz"], await PathsAsync());
        Assert.Equal(5, await log.LastAsync(Workspace, Cancel));
    }

    [Fact]
    public async Task A_fold_that_crashed_before_it_removed_the_logs_counts_once()
    {
        await AppendAsync(1, "a");
        await AppendAsync(2, "b");
        await FoldAsync(2, "folded");
        await AppendAsync(1, "a");
        await AppendAsync(2, "b");

        Assert.Equal(["2:folded"], await ReadAsync(-1));
    }

    [Fact]
    public async Task A_fold_of_any_size_is_streamed()
    {
        var lines = Enumerable.Range(0, 20_000).Select(i => $"{{\"session\":{i},\"status\":\"golden\"}}").ToArray();

        await FoldAsync(7, lines);

        Assert.Equal(lines.Select(line => $"7:{line}"), await ReadAsync(-1));
    }

    [Fact]
    public async Task A_fold_may_come_to_nothing()
    {
        await AppendAsync(1, "a");

        await FoldAsync(1);

        Assert.Empty(await ReadAsync(-1));
        Assert.Equal(1, await log.LastAsync(Workspace, Cancel));
    }

    [Fact]
    public async Task A_fold_that_fails_removes_nothing()
    {
        await AppendAsync(1, "a");

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => log.FoldAsync(Workspace, 1, FailingAsync(), Cancel));

        Assert.Equal("The database is not there.", e.Message);
        Assert.Equal(["w/acme/labels/000000000001.jsonl.gz"], await PathsAsync());

        static async IAsyncEnumerable<ReadOnlyMemory<byte>> FailingAsync()
        {
            yield return Utf8("half");
            await Task.Yield();
            throw new InvalidOperationException("The database is not there.");
        }
    }

    [Fact]
    public async Task A_reader_goes_on_when_a_fold_takes_the_files_from_under_it()
    {
        for (var i = 1; i <= 3; i++)
            await AppendAsync(i, $"line {i}");
        var read = new List<string>();

        await foreach (var line in log.ReadAsync(Workspace, -1, Cancel))
        {
            read.Add(Utf8(line.Line));
            if (read.Count == 1)
                await FoldAsync(3, "folded 1-3");
        }

        Assert.Equal(["line 1", "folded 1-3"], read);
    }

    [Fact]
    public async Task A_damaged_log_is_named()
    {
        await AppendAsync(1, "a line that is long enough");
        var path = LabelLog.PathOf(Workspace, 1);
        var bytes = (await Store.ReadAsync(path, Cancel))!;

        foreach (var damaged in new[] { bytes[..^12], [.. bytes[..^5], (byte)(bytes[^5] ^ 1), .. bytes[^4..]], [1, 2, 3], [] })
        {
            await PutAsync(path, damaged);
            var e = await Assert.ThrowsAsync<StorageException>(() => ReadAsync(-1));
            Assert.Equal(StorageFailure.Corrupt, e.Failure);
            Assert.Contains(path.Value, e.Message, StringComparison.Ordinal);
        }
    }

    private Task AppendAsync(long sequence, params string[] lines) => log.AppendAsync(Workspace, sequence, lines.Select(Utf8), Cancel);

    private Task FoldAsync(long upTo, params string[] lines) => log.FoldAsync(Workspace, upTo, lines.Select(Utf8).ToAsyncEnumerable(), Cancel);

    private async Task<List<string>> ReadAsync(long after)
    {
        var lines = new List<string>();
        await foreach (var line in log.ReadAsync(Workspace, after, Cancel))
            lines.Add($"{line.Sequence}:{Utf8(line.Line)}");
        return lines;
    }
}

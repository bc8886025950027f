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
    public async Task A_fold_holds_the_lines_of_many_logs_each_under_its_sequence()
    {
        await AppendAsync(1, "a");
        await AppendAsync(2, "b", "c");
        await AppendAsync(4, "d");
        await AppendAsync(5, "e");

        Assert.True(await log.FoldAsync(Workspace, 4, Cancel));

        Assert.Equal(["1:a", "2:b", "2:c", "4:d", "5:e"], await ReadAsync(-1));
        Assert.Equal(["2:b", "2:c", "4:d", "5:e"], await ReadAsync(1));
        Assert.Equal(["5:e"], await ReadAsync(4));
        Assert.Equal(["w/acme/labels/000000000005.jsonl.gz", "w/acme/labels/fold-000000000001-000000000004.jsonl.gz"], await PathsAsync());
        Assert.Equal(1, await log.CountAsync(Workspace, Cancel));
        Assert.Equal(5, await log.LastAsync(Workspace, Cancel));
    }

    [Fact]
    public async Task One_log_is_not_worth_a_fold()
    {
        await AppendAsync(1, "a");

        Assert.False(await log.FoldAsync(Workspace, 1, Cancel));

        Assert.Equal(["w/acme/labels/000000000001.jsonl.gz"], await PathsAsync());
    }

    [Fact]
    public async Task Files_stay_few_and_a_line_is_written_again_only_as_often_as_its_file_has_doubled()
    {
        var expected = new List<string>();
        var written = 0L;
        var random = new Random(1);
        for (var i = 1; i <= 640; i++)
        {
            await AppendAsync(i, $"line {i} {random.NextInt64()}");
            expected.Add((await ReadAsync(i - 1)).Single());
            if (i % 10 == 0)
            {
                var before = (await PathsAsync()).ToHashSet();
                await log.FoldAsync(Workspace, i, Cancel);
                foreach (var path in (await PathsAsync()).Where(path => !before.Contains(path)))
                    written += (await Store.ReadAsync(BlobPath.Parse(path), Cancel))!.Length;
            }
        }

        Assert.Equal(expected, await ReadAsync(-1));
        var files = await PathsAsync();
        Assert.InRange(files.Count, 1, 8);
        var length = 0L;
        foreach (var path in files)
            length += (await Store.ReadAsync(BlobPath.Parse(path), Cancel))!.Length;
        Assert.InRange(written, length, length * 10);
    }

    [Fact]
    public async Task A_fold_that_crashed_before_it_removed_the_logs_counts_once_and_the_next_one_removes_them()
    {
        await AppendAsync(1, "a");
        await AppendAsync(2, "b");
        await log.FoldAsync(Workspace, 2, Cancel);
        await AppendAsync(1, "a");
        await AppendAsync(2, "b");

        Assert.Equal(["1:a", "2:b"], await ReadAsync(-1));
        Assert.Equal(0, await log.CountAsync(Workspace, Cancel));

        await AppendAsync(3, "a longer line than those before it, so that their fold is taken in");
        await AppendAsync(4, "d");
        await log.FoldAsync(Workspace, 4, Cancel);
        Assert.Equal(["w/acme/labels/fold-000000000001-000000000004.jsonl.gz"], await PathsAsync());
    }

    [Fact]
    public async Task A_fold_of_an_earlier_version_is_read_first_and_never_written_again()
    {
        var old = BlobPath.Parse("w/acme/labels/fold-000000000007.jsonl.gz");
        await PutAsync(old, ChunkCodec.Encode([Utf8("state a"), Utf8("state b")]).File.ToArray());
        for (var i = 8; i <= 10; i++)
            await AppendAsync(i, $"line {i}");

        Assert.True(await log.FoldAsync(Workspace, 10, Cancel));

        Assert.Equal(["7:state a", "7:state b", "8:line 8", "9:line 9", "10:line 10"], await ReadAsync(-1));
        Assert.Equal([old.Value, "w/acme/labels/fold-000000000008-000000000010.jsonl.gz"], (await PathsAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_fold_of_any_size_is_streamed()
    {
        var lines = Enumerable.Range(0, 20_000).Select(i => $"{{\"session\":{i},\"status\":\"golden\"}}").ToArray();
        await AppendAsync(6, lines);
        await AppendAsync(7, lines);

        await log.FoldAsync(Workspace, 7, Cancel);

        Assert.Equal(lines.Select(line => $"6:{line}").Concat(lines.Select(line => $"7:{line}")), await ReadAsync(-1));
    }

    [Fact]
    public async Task A_fold_that_fails_removes_nothing()
    {
        await AppendAsync(1, "a");
        await AppendAsync(2, "b");
        await PutAsync(LabelLog.PathOf(Workspace, 2), new byte[] { 1, 2, 3 });

        var e = await Assert.ThrowsAsync<StorageException>(() => log.FoldAsync(Workspace, 2, Cancel));

        Assert.Equal(StorageFailure.Corrupt, e.Failure);
        Assert.Equal(["w/acme/labels/000000000001.jsonl.gz", "w/acme/labels/000000000002.jsonl.gz"], await PathsAsync());
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
                await log.FoldAsync(Workspace, 3, Cancel);
        }

        Assert.Equal(["line 1", "line 2", "line 3"], read);
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

    private async Task<List<string>> ReadAsync(long after)
    {
        var lines = new List<string>();
        await foreach (var line in log.ReadAsync(Workspace, after, Cancel))
            lines.Add($"{line.Sequence}:{Utf8(line.Line)}");
        return lines;
    }
}

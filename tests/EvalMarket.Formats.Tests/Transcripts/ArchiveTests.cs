using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using EvalMarket.Formats.Transcripts;
using EvalMarket.Formats.Uploads;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;
using static EvalMarket.Formats.Tests.Transcripts.Uploads;

namespace EvalMarket.Formats.Tests.Transcripts;

/// <summary>Archives, good and hostile.</summary>
public sealed class ArchiveTests
{
    private static readonly string LongLog = string.Join('\n', Enumerable.Repeat(ClaudeLine, 20));

    [Fact]
    public async Task A_zip_archive_is_expanded_by_its_content_whatever_its_name()
    {
        var zip = Zip(
            ("projects/b.jsonl", ClaudeLine), ("projects/", ""), ("__MACOSX/projects/._b.jsonl", "x"), (".DS_Store", "x"), ("projects/.hidden", "x"), ("Thumbs.db", "x"),
            ("./a.jsonl", """{"messages":[{"role":"user","content":"hi"}]}"""), ("logs\\c.jsonl", ClaudeLine));

        var found = await FindAsync([File("download", zip)]);

        Assert.Equal(["download/a.jsonl", "download/logs/c.jsonl", "download/projects/b.jsonl"], found.Select(source => source.Source.Name));
        Assert.Equal(["openai-messages", "claude-code", "claude-code"], found.Select(source => source.Source.Reader?.Format));
        Assert.All(found, source => Assert.Single(source.Sessions));
    }

    [Fact]
    public async Task Gzip_files_are_unpacked_alone_and_inside_an_archive()
    {
        var gzip = Gzip(Utf8(ClaudeLine));

        var found = await FindAsync([File("log", gzip), File("x.zip", Zip([("old/log.jsonl.gz", gzip)]))]);

        Assert.Equal(["log", "x.zip/old/log.jsonl.gz"], found.Select(source => source.Source.Name));
        Assert.All(found, source => Assert.Equal("hi", Assert.Single(source.Sessions).Messages[0].Content));
    }

    [Fact]
    public async Task Sources_can_be_read_after_all_of_them_were_found()
    {
        var sources = await TranscriptSources.FindAsync([File("x.zip", Zip(("a.jsonl", ClaudeLine), ("b.jsonl", ClaudeLine)))], null, new UploadBounds(), TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

        foreach (var source in sources)
        {
            Assert.NotNull(Assert.Single(await source.ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken)).Session);
        }
    }

    [Fact]
    public async Task An_entry_that_unpacks_to_hundreds_of_times_its_size_is_refused_and_the_others_are_read()
    {
        var zip = Zip([("bomb.jsonl", new byte[40_000_000]), ("good.jsonl", Utf8(ClaudeLine))], CompressionLevel.SmallestSize);

        var found = await FindAsync([File("x.zip", zip)]);

        Assert.Single(found[0].Sessions);
        Assert.Equal("x.zip/bomb.jsonl", found[1].Source.Name);
        Assert.Contains("200 times", Assert.Single(found[1].Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_unpacks_to_more_than_allowed_is_refused_whole()
    {
        var zip = Zip(("a.jsonl", LongLog), ("b.jsonl", LongLog));

        var found = await FindAsync([File("x.zip", zip)], bounds: new UploadBounds { Bytes = LongLog.Length + 100 });

        Assert.Contains("unpack to more than", Assert.Single(Assert.Single(found).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gzip_bombs_stop_at_the_ratio_and_at_the_bytes_of_the_whole_upload()
    {
        var line = Utf8(ClaudeLine + "\n");
        byte[] head = [.. Enumerable.Repeat(line, 1000).SelectMany(bytes => bytes)];
        var bomb = Gzip([.. head, .. new byte[40_000_000]]);

        var found = Assert.Single(await FindAsync([File("bomb.gz", bomb)]));
        Assert.Contains("200 times", Assert.Single(found.Errors).Message, StringComparison.Ordinal);

        var log = Gzip(head);
        var all = await FindAsync([File("1.gz", log), File("2.gz", log), File("3.gz", log)], bounds: new UploadBounds { Bytes = (head.Length * 2) + 10 });
        Assert.Equal([1, 1, 0], all.Select(source => source.Sessions.Count));
        Assert.Contains("unpack to more than", all[2].Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seventy_thousand_entries_are_refused_without_being_listed()
    {
        var zip = Zip(Enumerable.Range(0, 70_000).Select(number => (number.ToString(CultureInfo.InvariantCulture), Array.Empty<byte>())), CompressionLevel.NoCompression);

        Assert.Contains("more than 20,000 entries", Assert.Single(Assert.Single(await FindAsync([File("x.zip", zip)])).Errors).Message, StringComparison.Ordinal);
        // Ten times as many as the bound are not even read from the directory.
        Assert.Contains("more than 100 entries", Assert.Single(Assert.Single(await FindAsync([File("x.zip", zip)], bounds: new UploadBounds { Entries = 100 })).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_beyond_the_bound_are_left_out_with_one_word()
    {
        var found = await FindAsync([.. Enumerable.Range(0, 9).Select(number => File($"{number}.jsonl", ClaudeLine))], bounds: new UploadBounds { Entries = 5 });

        Assert.Equal(5, found.Count(source => source.Source.Reader is not null));
        Assert.Contains("more than 5 files", found[^1].Errors.Single().Message, StringComparison.Ordinal);
        Assert.Equal(6, found.Count);
    }

    [Theory]
    [InlineData("../../etc/cron.d/x.jsonl", "leads out")]
    [InlineData("/etc/passwd.jsonl", "leads out")]
    [InlineData("C:\\Windows\\x.jsonl", "leads out")]
    [InlineData("a/../../x.jsonl", "leads out")]
    [InlineData("..\\x.jsonl", "leads out")]
    [InlineData("a//x.jsonl", "leads out")]
    [InlineData("a\u0000b.jsonl", "control characters")]
    [InlineData("a\u001b[2Jb.jsonl", "control characters")]
    public async Task Paths_that_play_tricks_are_refused(string name, string cause)
    {
        var found = await FindAsync([File("x.zip", Zip((name, ClaudeLine), ("good.jsonl", ClaudeLine)))]);

        Assert.Single(found[0].Sessions);
        var error = Assert.Single(found[1].Errors);
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("x.zip/", error.File, StringComparison.Ordinal);
        Assert.DoesNotContain(error.File!, char.IsControl);
    }

    [Fact]
    public async Task Of_two_entries_with_one_name_neither_is_read()
    {
        var found = Assert.Single(await FindAsync([File("x.zip", Zip(("a.jsonl", ClaudeLine), ("./a.jsonl", ClaudeLine)))]));

        Assert.Equal("x.zip/a.jsonl", Assert.Single(found.Errors).File);
        Assert.Contains("several files of this name", found.Source.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encrypted_entries_are_refused()
    {
        var zip = Zip(("a.jsonl", ClaudeLine));
        zip[6] |= 1;
        zip[Directory(zip) + 8] |= 1;

        Assert.Contains("encrypted", Assert.Single(Assert.Single(await FindAsync([File("x.zip", zip)])).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_in_an_archive_and_a_file_packed_twice_are_refused()
    {
        var inner = Zip(("a.jsonl", ClaudeLine));

        var found = await FindAsync([File("x.zip", Zip([("inner.zip", inner)])), File("y.gz", Gzip(inner)), File("z.gz", Gzip(Gzip(Utf8(ClaudeLine))))]);

        Assert.Equal(["archive inside an archive", "packed twice", "packed twice"], found.OrderBy(source => source.Source.Name, StringComparer.Ordinal).Select(source =>
            new[] { "archive inside an archive", "packed twice" }.Single(word => Assert.Single(source.Errors).Message.Contains(word, StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(+1)]
    [InlineData(+100_000)]
    public async Task An_entry_that_lies_about_its_size_is_damaged(int lie)
    {
        var zip = Zip(("a.jsonl", LongLog));
        var at = Directory(zip);
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(at + 24), LongLog.Length + lie);

        var found = Assert.Single(await FindAsync([File("x.zip", zip)]));

        Assert.Empty(found.Sessions);
        Assert.Equal("x.zip/a.jsonl", Assert.Single(found.Errors).File);
    }

    [Fact]
    public async Task A_changed_byte_in_the_packed_content_is_found()
    {
        var zip = Zip([("a.jsonl", Utf8(LongLog))], CompressionLevel.NoCompression);
        zip[500] ^= 1;

        var found = Assert.Single(await FindAsync([File("x.zip", zip)]));

        Assert.Contains("damaged", found.Errors[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_truncated_archive_or_gzip_file_is_an_error_at_every_length()
    {
        var zip = Zip(("a.jsonl", LongLog), ("b.jsonl", LongLog));
        for (var length = 4; length < zip.Length; length += 7)
        {
            var found = await FindAsync([File("x.zip", zip[..length])]);
            Assert.Empty(found.SelectMany(source => source.Sessions));
            Assert.NotEmpty(found.SelectMany(source => source.Errors));
        }

        var gzip = Gzip(Utf8(LongLog));
        for (var length = 2; length < gzip.Length - 8; length += 7)
        {
            Assert.NotEmpty((await FindAsync([File("x.gz", gzip[..length])])).SelectMany(source => source.Errors));
        }
    }

    [Fact]
    public async Task Overlapping_entries_are_refused()
    {
        var zip = Zip([("a.jsonl", new byte[100_000]), ("b.jsonl", Utf8(ClaudeLine))], CompressionLevel.NoCompression);
        // The second entry claims the first one's bytes.
        var second = zip.AsSpan().LastIndexOf("PK\x01\x02"u8);
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(second + 20), 100_000);

        Assert.Contains("lie over one another", Assert.Single(Assert.Single(await FindAsync([File("x.zip", zip)])).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flipped_bits_in_an_archive_give_sessions_or_errors()
    {
        var random = new Random(20260301);
        byte[] original = Zip(("a.jsonl", LongLog), ("b/c.jsonl", LongLog));
        for (var round = 0; round < 500; round++)
        {
            var broken = (byte[])original.Clone();
            for (var flips = random.Next(1, 6); flips > 0; flips--)
            {
                broken[random.Next(4, broken.Length)] ^= (byte)(1 << random.Next(8));
            }

            Assert.NotEmpty((await FindAsync([File("x.zip", broken)])).SelectMany(source => source.Records));
        }
    }

    [Fact]
    public async Task Every_archive_of_the_collection_is_listed_or_refused()
    {
        foreach (var file in Uploads.Folder(Path.Combine(SharedFolder, "zip")))
        {
            var found = await FindAsync([file with { Path = Path.GetFileName(file.Path) }]);
            Assert.NotEmpty(found);
            Assert.All(found, source => Assert.True(source.Source.IsPassedOver || source.Records.Count > 0, source.ToString()));
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', found));
        }
    }

    private static int Directory(byte[] zip) => zip.AsSpan().IndexOf("PK\x01\x02"u8);
}

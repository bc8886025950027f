using System.IO.Compression;
using EvalMarket.Formats.Transcripts;
using EvalMarket.Formats.Uploads;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;
using static EvalMarket.Formats.Tests.Transcripts.Uploads;

namespace EvalMarket.Formats.Tests.Transcripts;

/// <summary>What reading an upload holds in memory. Alone, because all of the process is measured.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests
{
    [Fact]
    public async Task An_archive_of_a_hundred_megabytes_is_read_within_a_few()
    {
        var line = Utf8($$$"""{"type":"user","message":{"content":"{{{new string('x', 400)}}} """);
        byte[] session = [.. Enumerable.Range(0, 2000).SelectMany(number => (byte[])[.. line, .. Utf8($"{number}\"}}}}\n")])];
        var zip = Zip(Enumerable.Range(0, 120).Select(number => ($"{number}.jsonl", session)), CompressionLevel.Fastest);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (sessions, most) = (0, 0L);

        await foreach (var source in TranscriptSources.FindAsync([File("big.zip", zip)], null, new UploadBounds(), TestContext.Current.CancellationToken))
        {
            await foreach (var record in source.ReadAsync(TestContext.Current.CancellationToken))
            {
                sessions += record.Session is null ? 0 : 1;
            }

            if (sessions % 20 == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.Equal(120, sessions);
        Assert.InRange(most, 0, 30_000_000);
    }

    [Fact]
    public async Task Every_file_of_the_collection_in_one_folder_is_read_within_a_few_megabytes()
    {
        var files = CollectionTests.Folders.SelectMany(row => Folder(Path.Combine(SharedFolder, row.Data))).Select(file => file with { Path = "all/" + file.Path }).ToList();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (sources, sessions, most) = (0, 0, 0L);

        await foreach (var source in TranscriptSources.FindAsync(files, null, new UploadBounds(), TestContext.Current.CancellationToken))
        {
            sources++;
            await foreach (var record in source.ReadAsync(TestContext.Current.CancellationToken))
            {
                sessions += record.Session is null ? 0 : 1;
            }

            if (sources % 20 == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.InRange(sessions, 60, int.MaxValue);
        Assert.InRange(most, 0, 30_000_000);
    }

    [Fact]
    public async Task A_huge_line_is_passed_over_without_being_held()
    {
        byte[] huge = [.. "{\"type\":\"user\",\"message\":{\"content\":\""u8, .. new byte[40_000_000], .. "\"}}\n"u8, .. Utf8(ClaudeLine)];
        huge.AsSpan(huge.AsSpan().IndexOf((byte)0), 40_000_000).Fill((byte)'x');
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var found = Assert.Single(await FindAsync([File("a.jsonl", huge)], format: "claude-code", bounds: new UploadBounds { MaxLineBytes = 1_000_000, MaxSessionBytes = 2_000_000 }));

        Assert.Single(found.Sessions);
        Assert.Contains("longer than", Assert.Single(found.Errors).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 20_000_000);
    }
}

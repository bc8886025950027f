using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using EvalMarket.Formats.Packages;
using EvalMarket.Formats.Streams;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Tests.Packages;

public sealed class ZipPlannerTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 9, 30, 12, TimeSpan.Zero);

    [Fact]
    public void The_checksum_of_two_texts_follows_from_their_own()
    {
        var bytes = RandomNumberGenerator.GetBytes(100_000);
        foreach (var cut in (int[])[0, 1, 7, 255, 256, 257, 65_535, 65_536, 65_537, 99_999, 100_000])
        {
            var combined = Crc32Combination.Combine(Crc32.Append(0, bytes.AsSpan(0, cut)), Crc32.Append(0, bytes.AsSpan(cut)), bytes.Length - cut);
            Assert.Equal(Crc32.Append(0, bytes), combined);
        }

        // 5 GB of zeros behind a text, carried over in one step and in many.
        var far = Crc32Combination.Combine(0xCAFEF00D, 0, 5_000_000_000);
        var near = 0xCAFEF00Du;
        for (var i = 0; i < 50; i++)
        {
            near = Crc32Combination.Combine(near, 0, 100_000_000);
        }

        Assert.Equal(near, far);
    }

    [Fact]
    public async Task The_same_entries_and_time_give_the_same_bytes()
    {
        var (plan, blobs) = Small();
        var (again, others) = Small();

        var bytes = await plan.BytesAsync(blobs);
        Assert.Equal(plan.Length, bytes.Length);
        Assert.Equal(bytes, await again.BytesAsync(others));
        // A golden of everything but the deflated text, whose bytes are the business of zlib: headers, directory, end.
        Assert.Equal("504b0304140000080000c64b615c", Convert.ToHexStringLower(bytes[..14]));
        Assert.Equal("504b05060000000004000400", Convert.ToHexStringLower(bytes[^22..^10]));
    }

    [Fact]
    public async Task Every_reader_finds_the_texts_in_it()
    {
        var (plan, blobs) = Small();
        var bytes = await plan.BytesAsync(blobs);

        using var archive = new ZipArchive(new MemoryStream(bytes));
        Assert.Equal(["manifest.json", "sections/01-wörter.jsonl", "sections/02-empty.jsonl", "assets/a.bin"], archive.Entries.Select(entry => entry.FullName));
        using var reader = new StreamReader(archive.Entries[1].Open());
        Assert.Equal("one\ntwo\nthree\n", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal(At.DateTime, archive.Entries[0].LastWriteTime.DateTime);

        var own = await ZipDirectory.ReadAsync(new MemoryStream(bytes), new UploadBounds(), TestContext.Current.CancellationToken);
        foreach (var entry in own.Entries)
        {
            await own.Open(entry).CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        }

        await AcceptedAsync(bytes);
    }

    [Fact]
    public async Task Any_range_is_written_without_reading_what_precedes_it()
    {
        var (plan, blobs) = Small();
        var whole = await plan.BytesAsync(blobs);
        for (var from = 0; from < whole.Length; from += 7)
        {
            foreach (var length in (int[])[0, 1, 33, whole.Length - from])
            {
                if (from + length <= whole.Length)
                {
                    Assert.Equal(whole[from..(from + length)], await plan.BytesAsync(blobs, from, length));
                }
            }
        }

        blobs.Reads.Clear();
        await plan.BytesAsync(blobs, plan.Length - 22);
        Assert.Empty(blobs.Reads);
    }

    [Fact]
    public async Task More_entries_than_16_bits_can_count()
    {
        const int Count = 66_000;
        var planner = new ZipPlanner(At);
        for (var i = 0; i < Count; i++)
        {
            planner.Add($"assets/{i}", Encoding.ASCII.GetBytes($"{i}"));
        }

        var bytes = await planner.Finish().BytesAsync(new MemoryBlobs());

        using var archive = new ZipArchive(new MemoryStream(bytes));
        Assert.Equal(Count, archive.Entries.Count);
        var own = await ZipDirectory.ReadAsync(new MemoryStream(bytes), new UploadBounds { Entries = Count }, TestContext.Current.CancellationToken);
        Assert.Equal(Count, own.Entries.Count);
        await AcceptedAsync(bytes);
    }

    [Fact]
    public async Task More_bytes_than_32_bits_can_count()
    {
        // Zeros that lie nowhere: an entry beyond 4 GB as it is, one beyond it unpacked, and one that begins beyond it.
        const long Large = 4_400_000_000;
        var blobs = new MemoryBlobs();
        var piece = blobs.AddBody(new string('z', 8_000_000));
        var planner = new ZipPlanner(At);
        planner.Add("large", "zeros", Large, ZeroCrc(Large));
        planner.Add("sections/01.jsonl", [.. Enumerable.Repeat(piece, 600)]);
        planner.Add("last", "end"u8.ToArray());
        var plan = planner.Finish();

        await using var archive = new PlanStream(plan, blobs);
        var own = await ZipDirectory.ReadAsync(archive, new UploadBounds { Bytes = long.MaxValue, Ratio = int.MaxValue }, TestContext.Current.CancellationToken);
        Assert.Equal([Large, 4_800_000_000, 3], own.Entries.Select(entry => entry.Length));
        using var content = new StreamReader(own.Open(own.Entries[2]));
        Assert.Equal("end", await content.ReadToEndAsync(TestContext.Current.CancellationToken));

        await using var again = new PlanStream(plan, blobs);
        using var theirs = new ZipArchive(again);
        Assert.Equal([Large, 4_800_000_000, 3], theirs.Entries.Select(entry => entry.Length));
        await using var open = theirs.Entries[1].Open();
        var head = new byte[4];
        await open.ReadExactlyAsync(head, TestContext.Current.CancellationToken);
        Assert.Equal("zzzz"u8.ToArray(), head);
    }

    [Fact]
    public void A_name_stands_for_one_entry()
    {
        var planner = new ZipPlanner(At);
        planner.Add("a", ReadOnlyMemory<byte>.Empty);

        Assert.Throws<ArgumentException>(() => planner.Add("a", ReadOnlyMemory<byte>.Empty));
    }

    private static (PackagePlan Plan, MemoryBlobs Blobs) Small()
    {
        var blobs = new MemoryBlobs();
        var planner = new ZipPlanner(At);
        planner.Add("manifest.json", "{}\n"u8.ToArray());
        planner.Add("sections/01-wörter.jsonl", [blobs.AddBody("one\ntwo\n"), blobs.AddBody("three\n")]);
        planner.Add("sections/02-empty.jsonl", []);
        byte[] asset = [1, 2, 3, 250];
        planner.Add("assets/a.bin", blobs.Add(asset), asset.Length, Crc32.Append(0, asset));
        return (planner.Finish(), blobs);
    }

    private static uint ZeroCrc(long length)
    {
        // Of zeros alone: the CRC of one megabyte, again and again.
        var megabyte = Crc32.Append(0, new byte[1_000_000]);
        uint crc = 0;
        for (long done = 0; done < length; done += 1_000_000)
        {
            crc = Crc32Combination.Combine(crc, megabyte, 1_000_000);
        }

        return crc;
    }

    /// <summary>Three tools of others test the archive; those that are not installed are named as skipped.</summary>
    private static async Task AcceptedAsync(byte[] bytes)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("evalmarket-zip-").FullName, "package.eval752.zip");
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        List<string> missing = [];
        foreach (var (tool, arguments) in ((string, string[])[])
            [("unzip", ["-tqq", path]), ("7z", ["t", path]), ("python3", ["-c", "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None", path])])
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
                var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
                var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.True(process.ExitCode == 0, $"{tool}: {await output}{errors}");
                Assert.DoesNotContain("warning", await output, StringComparison.OrdinalIgnoreCase);
            }
            catch (System.ComponentModel.Win32Exception)
            {
                missing.Add(tool);
            }
        }

        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        if (missing.Count > 0)
        {
            Assert.Skip($"Not installed: {string.Join(", ", missing)}. The others accept the archive.");
        }
    }

    /// <summary>A plan as a file that can be read anywhere.</summary>
    private sealed class PlanStream(PackagePlan plan, MemoryBlobs blobs) : ReadingStream
    {
        public override bool CanSeek => true;

        public override long Length => plan.Length;

        public override long Position { get; set; }

        public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
        {
            SeekOrigin.Current => Position,
            SeekOrigin.End => Length,
            _ => 0,
        };

        public override int Read(Span<byte> buffer)
        {
            var bytes = new byte[Math.Min(buffer.Length, Length - Position)];
            ReadAsync(bytes, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            bytes.CopyTo(buffer);
            return bytes.Length;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var length = (int)Math.Min(buffer.Length, Length - Position);
            var bytes = await plan.BytesAsync(blobs, Position, length);
            bytes.CopyTo(buffer);
            Position += length;
            return length;
        }
    }
}

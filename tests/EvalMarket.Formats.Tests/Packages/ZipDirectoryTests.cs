using System.Buffers.Binary;
using System.Text;
using EvalMarket.Formats.Packages;
using EvalMarket.Formats.Uploads;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;
using static EvalMarket.Formats.Tests.Transcripts.Uploads;

namespace EvalMarket.Formats.Tests.Packages;

/// <summary>Archives that somebody made to do harm, or that two readers would take for different things, are refused with the reason.</summary>
public sealed class ZipDirectoryTests
{
    private static readonly UploadBounds Bounds = new() { Entries = 1000, Bytes = 64 * 1024 * 1024 };

    [Fact]
    public async Task Every_archive_of_the_collection_is_read_to_its_end_or_refused_with_a_reason()
    {
        var read = new List<string>();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(SharedFolder, "zip")).Order())
        {
            await using var file = System.IO.File.OpenRead(path);
            try
            {
                var directory = await ZipDirectory.ReadAsync(file, Bounds, TestContext.Current.CancellationToken);
                foreach (var entry in directory.Entries)
                {
                    await directory.Open(entry).CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
                }

                read.Add(Path.GetFileNameWithoutExtension(path));
            }
            catch (InvalidDataException exception)
            {
                Assert.NotEmpty(exception.Message);
            }
        }

        foreach (var hostile in (string[])[
            "gozip-symlink", "libarchive-test_read_format_zip_symlink", "libarchive-test_symlink_1", "libzip-encrypt", "libzip-encrypt-aes256", "libzip-filename_duplicate", "libzip-filename_empty",
            "libzip-incons-central-crc", "libzip-incons-central-size-larger", "libzip-incons-file-count-high", "libzip-incons-local-filename", "libzip-junk-at-start", "runtime-CDoffsetOutOfBounds",
            "runtime-EOCDmissing", "runtime-NullCharFileName_FromUnix", "runtime-backslashes_FromWindows", "runtime-encrypted_entries_weak", "runtime-invalidDeflate", "runtime-nameDuplicates", "runtime-prepended",
            "yauzl-absolute-path-atxt", "yauzl-invalid-relative-path-xt", "yauzl-traditional-encryption", "zip2-aes_archive", "gozip-test-trailing-junk", "gozip-test-badbase", "libzip-bogus"])
        {
            Assert.DoesNotContain(hostile, read);
        }

        foreach (var sound in (string[])["gozip-test", "gozip-dd", "gozip-zip64", "gozip-utf8-7zip", "runtime-small", "runtime-unicode", "yauzl-unicode", "yauzl-streaming", "yauzl-empty", "zip2-data_descriptor", "sharpcompress-Zip.none.datadescriptors"])
        {
            Assert.Contains(sound, read);
        }
    }

    [Theory]
    [InlineData("../up.txt", "leads out of the archive")]
    [InlineData("/root.txt", "leads out of the archive")]
    [InlineData("C:/windows.txt", "leads out of the archive")]
    [InlineData("a/../../b", "leads out of the archive")]
    [InlineData("a\\b", "backslash")]
    [InlineData("a\u0007", "control characters")]
    public async Task Paths_that_lead_elsewhere(string name, string reason) => Assert.Contains(reason, await WhyRefusedAsync(Zip((name, "x"))), StringComparison.Ordinal);

    [Theory]
    [InlineData("a.txt", "A.TXT")]
    [InlineData("x", "x/y")]
    public async Task Names_that_are_one_file_somewhere(string one, string other) =>
        Assert.Matches("several entries|where a folder has to be", await WhyRefusedAsync(Zip((one, "1"), (other, "2"))));

    [Fact]
    public async Task Entries_that_lie_over_one_another()
    {
        // The second entry's place in the directory is turned to the first one's.
        var bytes = Zip(("a", "same"), ("b", "same"));
        var second = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(second + 42), 0);

        Assert.Contains("lies over another", await WhyRefusedAsync(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_belong_to_no_entry()
    {
        var bytes = Zip(("a", "1"), ("b", "2"));
        var planted = (byte[])[.. "hidden"u8, .. bytes];

        Assert.Contains("precedes", await WhyRefusedAsync(planted), StringComparison.Ordinal);
        Assert.Contains("follows", await WhyRefusedAsync([.. bytes, .. "tail"u8]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_size_or_checksum_that_lies()
    {
        var bytes = Zip(("a", "some text that is long enough"));
        foreach (var field in (int[])[16, 20, 24])
        {
            var lying = (byte[])bytes.Clone();
            lying[lying.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + field] ^= 1;
            Assert.Contains("otherwise", await WhyRefusedAsync(lying), StringComparison.Ordinal);

            // Both headers alike: then the content gives it away.
            lying[14 + field - 16] ^= 1;
            Assert.NotEmpty(await WhyRefusedAsync(lying));
        }
    }

    [Fact]
    public async Task Bombs_by_ratio_by_size_and_by_number()
    {
        Assert.Contains("times its packed size", await WhyRefusedAsync(Zip([("bomb", new byte[20_000_000])], System.IO.Compression.CompressionLevel.Optimal)), StringComparison.Ordinal);
        Assert.Contains("unpacks to more than", await WhyRefusedAsync(Zip(Enumerable.Range(0, 6).Select(i => ($"{i}", new byte[15_000_000])))), StringComparison.Ordinal);
        Assert.Contains("1,001 entries", await WhyRefusedAsync(Zip(Enumerable.Range(0, 1001).Select(i => ($"{i}", Array.Empty<byte>())))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_is_cut_off_anywhere()
    {
        var bytes = Zip(("a", "some text"), ("b", "more text"));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.NotEmpty(await WhyRefusedAsync(bytes[..length]));
        }
    }

    [Fact]
    public async Task No_flipped_bit_goes_unseen_or_does_anything_else_than_be_refused()
    {
        var bytes = Zip(("sections/a.jsonl", "{\"a\":1}\n"), ("b", "more text"));
        for (var at = 0; at < bytes.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var flipped = (byte[])bytes.Clone();
                flipped[at] ^= (byte)(1 << bit);
                await TryReadAsync(flipped);
            }
        }
    }

    private static async Task<string> WhyRefusedAsync(byte[] bytes) =>
        await TryReadAsync(bytes) ?? throw new Xunit.Sdk.XunitException($"Taken: {Encoding.Latin1.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 200)))}");

    private static async Task<string?> TryReadAsync(byte[] bytes)
    {
        try
        {
            var directory = await ZipDirectory.ReadAsync(new MemoryStream(bytes), Bounds, TestContext.Current.CancellationToken);
            foreach (var entry in directory.Entries)
            {
                await directory.Open(entry).CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
            }

            return null;
        }
        catch (InvalidDataException exception)
        {
            return exception.Message;
        }
    }
}

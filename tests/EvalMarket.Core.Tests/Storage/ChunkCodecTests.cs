using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Core.Tests.Storage;

public sealed class ChunkCodecTests
{
    private static readonly string[] Lines = ["{\"n\":1,\"text\":\"äöü 🙂\"}", "{\"n\":2}", "{\"n\":3,\"text\":\"" + new string('x', 5000) + "\"}"];

    private static string Text => string.Concat(Lines.Select(line => line + "\n"));

    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("a", 0xE8B7BE43u)]
    [InlineData("abc", 0x352441C2u)]
    [InlineData("123456789", 0xCBF43926u)]
    [InlineData("message digest", 0x20159D7Fu)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339u)]
    public void Crc_of_well_known_texts(string text, uint crc) => Assert.Equal(crc, Crc32.Append(0, Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Crc_in_parts_is_the_crc_of_the_whole()
    {
        var bytes = new byte[1000];
        new Random(7).NextBytes(bytes);
        var whole = Crc32.Append(0, bytes);

        for (var cut = 0; cut <= 100; cut++)
            Assert.Equal(whole, Crc32.Append(Crc32.Append(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }

    [Fact]
    public void A_chunk_is_an_ordinary_gzip_file_of_its_lines()
    {
        var chunk = Encode(Lines);

        Assert.Equal(Text, Encoding.UTF8.GetString(Gunzip(chunk.File)));
        Assert.Equal([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff], chunk.File.Span[..ChunkCodec.HeaderLength].ToArray());
    }

    [Fact]
    public void Gzip_itself_accepts_a_chunk()
    {
        using var gzip = StartGzip();
        using (var input = gzip.StandardInput.BaseStream)
            input.Write(Encode(Lines).File.Span);
        var text = gzip.StandardOutput.ReadToEnd();
        gzip.WaitForExit();

        Assert.Equal(0, gzip.ExitCode);
        Assert.Equal(Text, text);
    }

    [Fact]
    public void The_reference_says_what_is_in_the_file()
    {
        var (reference, file) = Encode(Lines);
        var text = Encoding.UTF8.GetBytes(Text);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file.Span)), reference.Sha256);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(text)), reference.TextSha256);
        Assert.Equal(3, reference.Lines);
        Assert.Equal(text.Length, reference.Bytes);
        Assert.Equal(file.Length, ChunkCodec.FileLength(reference));
        // The trailer is what every gzip reader checks: CRC-32, then length.
        Assert.Equal(reference.Crc32, BinaryPrimitives.ReadUInt32LittleEndian(file.Span[^8..]));
        Assert.Equal((uint)text.Length, BinaryPrimitives.ReadUInt32LittleEndian(file.Span[^4..]));
    }

    [Fact]
    public void The_reference_in_json()
    {
        var reference = new ChunkRef { Sha256 = "aa", TextSha256 = "bb", Lines = 1, Bytes = 2, DeflatedBytes = 3, Crc32 = 4_000_000_000 };

        var json = JsonSerializer.Serialize(reference);

        Assert.Equal("""{"sha256":"aa","text_sha256":"bb","lines":1,"bytes":2,"deflated_bytes":3,"crc32":4000000000}""", json);
        Assert.Equal(reference, JsonSerializer.Deserialize<ChunkRef>(json));
    }

    [Fact]
    public void The_body_is_followed_by_one_empty_final_block()
    {
        var (reference, file) = Encode(Lines);
        var end = ChunkCodec.HeaderLength + (int)reference.DeflatedBytes;

        Assert.Equal([0x00, 0x00, 0xff, 0xff, 0x03, 0x00], file.Span[(end - 4)..(end + 2)].ToArray());
        Assert.Equal(end + ChunkCodec.TrailerLength, file.Length);
    }

    [Fact]
    public void Bodies_laid_end_to_end_inflate_to_all_the_texts()
    {
        var random = new byte[50_000];
        new Random(3).NextBytes(random);
        var chunks = new[] { Encode(Lines), Encode(["{}"]), Encode([Convert.ToBase64String(random)]), Encode(Lines) };

        using var spliced = new MemoryStream();
        foreach (var (reference, file) in chunks)
            spliced.Write(file.Span.Slice(ChunkCodec.HeaderLength, (int)reference.DeflatedBytes));
        spliced.Write(ChunkCodec.FinalBlock);
        spliced.Position = 0;
        using var inflate = new DeflateStream(spliced, CompressionMode.Decompress);
        using var text = new MemoryStream();
        inflate.CopyTo(text);

        Assert.Equal(Text + "{}\n" + Convert.ToBase64String(random) + "\n" + Text, Encoding.UTF8.GetString(text.ToArray()));
        // The stream really ends with that block: nothing is left over.
        Assert.Equal(spliced.Length, spliced.Position);
    }

    [Fact]
    public void The_same_lines_give_the_same_file()
    {
        var first = Encode(Lines);
        var second = Encode(Lines);

        Assert.Equal(first.Ref, second.Ref);
        Assert.Equal(first.File.ToArray(), second.File.ToArray());
    }

    [Fact]
    public void A_line_feed_within_a_line_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Encode(["{\n}"]));
        Assert.Throws<ArgumentException>(() => Encode([]));
    }

    [Fact]
    public void Lines_are_cut_into_chunks_of_the_target_size_and_never_within()
    {
        var builder = new ChunkBuilder(100);
        var lines = new[] { 40, 40, 40, 300, 10, 10, 99, 1, 98 }.Select((length, i) => new string((char)('a' + i), length)).ToList();

        var chunks = Build(builder, lines.Select(Encoding.UTF8.GetBytes));

        Assert.Equal([2, 1, 1, 2, 1, 1, 1], chunks.Select(chunk => chunk.Ref.Lines));
        Assert.Equal([82, 41, 301, 22, 100, 2, 99], chunks.Select(chunk => chunk.Ref.Bytes));
        Assert.Equal(string.Concat(lines.Select(line => line + "\n")), string.Concat(chunks.Select(chunk => Encoding.UTF8.GetString(Gunzip(chunk.File)))));
        Assert.Null(builder.Finish());
    }

    [Fact]
    public void Chunks_have_about_256_kilobytes_unless_told_otherwise()
    {
        var builder = new ChunkBuilder();
        var line = new byte[1023];
        Array.Fill(line, (byte)'x');

        var chunks = Build(builder, Enumerable.Repeat(line, 1000));

        Assert.Equal([256, 256, 256, 232], chunks.Select(chunk => chunk.Ref.Lines));
    }

    internal static EncodedChunk Encode(IEnumerable<string> lines) => ChunkCodec.Encode(lines.Select(line => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(line))));

    private static List<EncodedChunk> Build(ChunkBuilder builder, IEnumerable<byte[]> lines)
    {
        var chunks = lines.Select(line => builder.Add(line)).OfType<EncodedChunk>().ToList();
        return [.. chunks, builder.Finish()!];
    }

    private static byte[] Gunzip(ReadOnlyMemory<byte> file)
    {
        using var gzip = new GZipStream(new MemoryStream(file.ToArray()), CompressionMode.Decompress);
        using var text = new MemoryStream();
        gzip.CopyTo(text);
        return text.ToArray();
    }

    private static Process StartGzip()
    {
        try
        {
            return Process.Start(new ProcessStartInfo("gzip", ["--decompress", "--stdout"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardOutputEncoding = Encoding.UTF8,
            })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("There is no gzip on this machine.");
            throw;
        }
    }
}

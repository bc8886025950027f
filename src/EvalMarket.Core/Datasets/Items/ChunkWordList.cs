using System.Buffers;
using System.Collections;
using System.IO.Compression;
using System.Text;

namespace EvalMarket.Core.Datasets.Items;

/// <summary>
/// The words of a chunk, in order, each with the lines that hold it, in deflated blocks: some 35 KB for 256 KB of text. Whether a line holds a word, or one that begins
/// with it, is looked up here without opening the chunk, by inflating the block or two where such words are.
/// </summary>
/// <remarks>
/// Numbers are LEB128. A byte 7, with which no deflated text begins; the number of blocks; for each of them its first word (length, UTF-8) and its deflated length; then the blocks.
/// In a block, for each word: how many bytes it shares with the one before, how many follow, these; the number of its lines, the lines as differences.
/// Lists of an earlier make are one deflated text, which begins with the number of words.
/// </remarks>
internal static class ChunkWordList
{
    private const byte Mark = 7;

    /// <summary>Text of a block. Less makes a longer list, more takes longer to look up.</summary>
    private const int BlockBytes = 8 * 1024;

    /// <summary>Writes the list.</summary>
    /// <param name="table">The words.</param>
    /// <param name="ordered">In the order of their bytes.</param>
    public static byte[] Write(ChunkWordTable table, int[] ordered)
    {
        var directory = new ArrayBufferWriter<byte>();
        using var blocks = new MemoryStream();
        var block = new ArrayBufferWriter<byte>(2 * BlockBytes);
        var count = 0;
        ReadOnlySpan<byte> before = [];
        foreach (var each in ordered)
        {
            var word = table.TextOf(each);
            if (block.WrittenCount >= BlockBytes)
            {
                Write(directory, Deflate(block, blocks));
            }

            if (block.WrittenCount == 0)
            {
                count++;
                before = [];
                Write(directory, word.Length);
                directory.Write(word);
            }

            var shared = word.CommonPrefixLength(before);
            Write(block, shared);
            Write(block, word.Length - shared);
            block.Write(word[shared..]);
            var holding = table.LinesOf(each);
            Write(block, holding.Count);
            var last = 0;
            foreach (var line in holding)
            {
                Write(block, line - last);
                last = line;
            }

            before = word;
        }

        if (block.WrittenCount > 0)
        {
            Write(directory, Deflate(block, blocks));
        }

        var head = new ArrayBufferWriter<byte>();
        head.Write([Mark]);
        Write(head, count);
        return [.. head.WrittenSpan, .. directory.WrittenSpan, .. blocks.GetBuffer().AsSpan(0, (int)blocks.Length)];
    }

    /// <summary>The lines that hold each of the words, or a word that begins with it, in order.</summary>
    /// <param name="list">What <see cref="Write(ChunkWordTable, int[])"/> gave.</param>
    /// <param name="count">How many lines the chunk has.</param>
    /// <param name="words">At least one.</param>
    public static IReadOnlyList<int> Match(byte[] list, int count, IReadOnlyList<string> words)
    {
        var wanted = words.Select(Encoding.UTF8.GetBytes).ToArray();
        var found = wanted.Select(_ => new BitArray(count)).ToArray();
        if (list is [Mark, ..])
        {
            foreach (var (start, length) in BlocksWith(list, wanted))
            {
                Scan(Inflate(list, start, length), wanted, found);
            }
        }
        else
        {
            ReadOnlySpan<byte> plain = Inflate(list, 0, list.Length);
            Read(ref plain);
            Scan(plain, wanted, found);
        }

        var all = found[0];
        foreach (var other in found.Skip(1))
        {
            all = all.And(other);
        }

        return all.HasAnySet() ? [.. Enumerable.Range(0, count).Where(line => all[line])] : [];
    }

    /// <summary>The blocks in which there can be words that begin with one of these.</summary>
    private static List<(int Start, int Length)> BlocksWith(byte[] list, byte[][] wanted)
    {
        ReadOnlySpan<byte> rest = list.AsSpan(1);
        var blocks = new List<(byte[] First, int Length)>(Read(ref rest));
        for (var left = blocks.Capacity; left > 0; left--)
        {
            var length = Read(ref rest);
            var first = rest[..length].ToArray();
            rest = rest[length..];
            blocks.Add((first, Read(ref rest)));
        }

        var result = new List<(int, int)>();
        var start = list.Length - rest.Length;
        for (var i = 0; i < blocks.Count; i++)
        {
            // Words are in order: one that begins with what is wanted is not before it, and what follows those is greater.
            if (wanted.Any(word => (blocks[i].First.AsSpan().SequenceCompareTo(word) <= 0 || blocks[i].First.AsSpan().StartsWith(word))
                && (i == blocks.Count - 1 || blocks[i + 1].First.AsSpan().SequenceCompareTo(word) >= 0)))
            {
                result.Add((start, blocks[i].Length));
            }

            start += blocks[i].Length;
        }

        return result;
    }

    private static void Scan(ReadOnlySpan<byte> rest, byte[][] wanted, BitArray[] found)
    {
        var greatest = wanted.Aggregate((one, other) => one.AsSpan().SequenceCompareTo(other) > 0 ? one : other);
        Span<byte> word = stackalloc byte[512];
        while (!rest.IsEmpty)
        {
            var shared = Read(ref rest);
            var more = Read(ref rest);
            rest[..more].CopyTo(word[shared..]);
            rest = rest[more..];
            ReadOnlySpan<byte> current = word[..(shared + more)];
            if (current.SequenceCompareTo(greatest) > 0 && !current.StartsWith(greatest))
            {
                // Words are in order: what follows is greater than all that is wanted.
                break;
            }

            var holding = Read(ref rest);
            var start = rest;
            var isRead = false;
            for (var i = 0; i < wanted.Length; i++)
            {
                if (!current.StartsWith(wanted[i]))
                {
                    continue;
                }

                rest = start;
                isRead = true;
                var line = 0;
                for (var n = 0; n < holding; n++)
                {
                    line += Read(ref rest);
                    found[i][line] = true;
                }
            }

            for (var n = 0; n < holding && !isRead; n++)
            {
                Read(ref rest);
            }
        }
    }

    /// <summary>Appends a block deflated, and empties it; gives its length.</summary>
    private static int Deflate(ArrayBufferWriter<byte> block, MemoryStream blocks)
    {
        var start = blocks.Length;
        using (var deflate = new DeflateStream(blocks, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(block.WrittenSpan);
        }

        block.ResetWrittenCount();
        return (int)(blocks.Length - start);
    }

    private static ReadOnlySpan<byte> Inflate(byte[] list, int start, int length)
    {
        using var plain = new MemoryStream(length * 3);
        using (var inflate = new DeflateStream(new MemoryStream(list, start, length), CompressionMode.Decompress))
        {
            inflate.CopyTo(plain);
        }

        return plain.GetBuffer().AsSpan(0, (int)plain.Length);
    }

    private static void Write(ArrayBufferWriter<byte> output, int number)
    {
        var span = output.GetSpan(5);
        var length = 0;
        for (var rest = (uint)number; ; rest >>= 7)
        {
            span[length++] = (byte)(rest > 127 ? rest | 128 : rest);
            if (rest <= 127)
            {
                break;
            }
        }

        output.Advance(length);
    }

    private static int Read(ref ReadOnlySpan<byte> bytes)
    {
        var number = 0;
        for (var i = 0; ; i++)
        {
            var b = bytes[i];
            number |= (b & 127) << (7 * i);
            if (b < 128)
            {
                bytes = bytes[(i + 1)..];
                return number;
            }
        }
    }
}

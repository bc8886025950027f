using System.Buffers;
using System.Collections;
using System.IO.Compression;
using System.Text;

namespace EvalMarket.Core.Datasets.Words;

/// <summary>
/// The words of a chunk, in order, each with the lines that hold it, in blocks: some 100 KB for 256 KB of text. Whether a line holds a word, or one that begins
/// with it, is looked up here without opening the chunk, in the block or two where such words are.
/// </summary>
/// <remarks>
/// Numbers are <see cref="Varint"/>. A byte 6, with which no deflated text begins; the number of blocks; for each of them its first word (length, UTF-8) and its length in bytes;
/// then the blocks, as <see cref="WordBlockWriter"/> makes them.
/// Of earlier makes, which <c>reindex</c> makes anew: those that begin with a byte 7 have deflated blocks; others are one deflated text, which begins with the number of words.
/// Deflating took a good part of an import, and inflating of a search.
/// </remarks>
internal static class ChunkWordList
{
    private const byte Plain = 6;

    private const byte Deflated = 7;

    /// <summary>Bytes of a block. Less makes a longer directory, more takes longer to look up.</summary>
    private const int BlockBytes = 2 * 1024;

    /// <summary>Writes the list.</summary>
    /// <param name="table">The words.</param>
    /// <param name="ordered">In the order of their bytes.</param>
    public static byte[] Write(ChunkWordTable table, int[] ordered)
    {
        var directory = new ArrayBufferWriter<byte>();
        var blocks = new ArrayBufferWriter<byte>(128 * 1024);
        var block = new WordBlockWriter(2 * BlockBytes);
        var count = 0;
        foreach (var each in ordered)
        {
            var word = table.TextOf(each);
            if (block.Length >= BlockBytes)
            {
                End();
            }

            if (block.Length == 0)
            {
                count++;
                Varint.Write(directory, word.Length);
                directory.Write(word);
            }

            var holding = table.LinesOf(each);
            block.Begin(word, holding.Count);
            foreach (var line in holding)
            {
                block.Add(line);
            }
        }

        if (block.Length > 0)
        {
            End();
        }

        var head = new ArrayBufferWriter<byte>();
        head.Write([Plain]);
        Varint.Write(head, count);
        return [.. head.WrittenSpan, .. directory.WrittenSpan, .. blocks.WrittenSpan];

        void End()
        {
            Varint.Write(directory, block.Length);
            blocks.Write(block.Written.Span);
            block.Reset();
        }
    }

    /// <summary>All words, in the order of their bytes.</summary>
    /// <param name="list">What <see cref="Write(ChunkWordTable, int[])"/> gave.</param>
    public static ChunkWords WordsOf(byte[] list)
    {
        var text = new ArrayBufferWriter<byte>(list.Length * 2);
        var reader = new WordBlockReader();
        foreach (var block in Open(list, null))
        {
            reader.Open(block.Content, block.Start);
            while (reader.Next())
            {
                text.Write(reader.Word);
                text.Write([(byte)0]);
            }
        }

        return new ChunkWords(text.WrittenMemory);
    }

    /// <summary>The lines that hold each of the words, or a word that begins with it, in order.</summary>
    /// <param name="list">What <see cref="Write(ChunkWordTable, int[])"/> gave.</param>
    /// <param name="count">How many lines the chunk has.</param>
    /// <param name="words">At least one.</param>
    public static IReadOnlyList<int> Match(byte[] list, int count, IReadOnlyList<string> words) => Match(Open(list, Bytes(words)), count, words);

    /// <summary>The same from the blocks alone that <see cref="Locate"/> names, as they are in the list.</summary>
    public static IReadOnlyList<int> Match(IEnumerable<ReadOnlyMemory<byte>> blocks, int count, IReadOnlyList<string> words) =>
        Match(blocks.Select(block => (block, 0)), count, words);

    /// <summary>Where the blocks are in which there can be such words. Null when that cannot be said without the rest of the list.</summary>
    /// <param name="head">The beginning of a list, or all of it.</param>
    /// <param name="words">At least one.</param>
    public static IReadOnlyList<(int Start, int Length)>? Locate(ReadOnlySpan<byte> head, IReadOnlyList<string> words) =>
        head is [Plain, ..] && ReadDirectory(head) is { } directory ? BlocksWith(directory, Bytes(words)) : null;

    private static byte[][] Bytes(IReadOnlyList<string> words) => [.. words.Select(Encoding.UTF8.GetBytes)];

    private static IReadOnlyList<int> Match(IEnumerable<(ReadOnlyMemory<byte> Content, int Start)> blocks, int count, IReadOnlyList<string> words)
    {
        var wanted = Bytes(words);
        var found = wanted.Select(_ => new BitArray(count)).ToArray();
        foreach (var (content, start) in blocks)
        {
            Scan(content, start, wanted, found);
        }

        var all = found[0];
        foreach (var other in found.Skip(1))
        {
            all = all.And(other);
        }

        return all.HasAnySet() ? [.. Enumerable.Range(0, count).Where(line => all[line])] : [];
    }

    /// <summary>Inflates the blocks in which there can be words that begin with one of these, or all.</summary>
    private static IEnumerable<(ReadOnlyMemory<byte> Content, int Start)> Open(byte[] list, byte[][]? wanted)
    {
        if (list is [Plain or Deflated, ..])
        {
            return BlocksWith(ReadDirectory(list)!, wanted).Select(block => (list.AsMemory(block.Start, block.Length), 0))
                .Select(block => list[0] == Plain ? block : (Inflate(block.Item1), 0));
        }

        var plain = Inflate(list);
        var start = 0;
        Varint.Read(plain.Span, ref start);
        return [(plain, start)];
    }

    /// <summary>The first word of each block, and where it is; null when this is not all of the directory.</summary>
    private static List<(byte[] First, int Start, int Length)>? ReadDirectory(ReadOnlySpan<byte> head)
    {
        var at = 1;
        if (!Varint.TryRead(head, ref at, out var left))
        {
            return null;
        }

        var blocks = new List<(byte[] First, int Start, int Length)>();
        var start = 0;
        for (; left > 0; left--)
        {
            if (!Varint.TryRead(head, ref at, out var word) || head.Length - at < word)
            {
                return null;
            }

            var first = head.Slice(at, word).ToArray();
            at += word;
            if (!Varint.TryRead(head, ref at, out var length))
            {
                return null;
            }

            blocks.Add((first, start, length));
            start += length;
        }

        return blocks.ConvertAll(block => block with { Start = at + block.Start });
    }

    private static List<(int Start, int Length)> BlocksWith(List<(byte[] First, int Start, int Length)> blocks, byte[][]? wanted)
    {
        var result = new List<(int, int)>();
        for (var i = 0; i < blocks.Count; i++)
        {
            // Words are in order: one that begins with what is wanted is not before it, and what follows those is greater.
            if (wanted is null || wanted.Any(word => (blocks[i].First.AsSpan().SequenceCompareTo(word) <= 0 || blocks[i].First.AsSpan().StartsWith(word))
                && (i == blocks.Count - 1 || blocks[i + 1].First.AsSpan().SequenceCompareTo(word) >= 0)))
            {
                result.Add((blocks[i].Start, blocks[i].Length));
            }
        }

        return result;
    }

    private static void Scan(ReadOnlyMemory<byte> content, int start, byte[][] wanted, BitArray[] found)
    {
        var greatest = wanted.Aggregate((one, other) => one.AsSpan().SequenceCompareTo(other) > 0 ? one : other);
        var lines = new List<int>();
        var reader = new WordBlockReader();
        reader.Open(content, start);
        // Words are in order: what follows what is greater than all that is wanted is greater too.
        while (reader.Next() && (reader.Word.SequenceCompareTo(greatest) <= 0 || reader.Word.StartsWith(greatest)))
        {
            lines.Clear();
            for (var i = 0; i < wanted.Length; i++)
            {
                if (!reader.Word.StartsWith(wanted[i]))
                {
                    continue;
                }

                while (reader.TryRead(out var line))
                {
                    lines.Add(line);
                }

                foreach (var line in lines)
                {
                    found[i][line] = true;
                }
            }
        }
    }

    private static ReadOnlyMemory<byte> Inflate(ReadOnlyMemory<byte> block)
    {
        using var plain = new MemoryStream(block.Length * 3);
        using (var inflate = new DeflateStream(new MemoryStream(block.ToArray()), CompressionMode.Decompress))
        {
            inflate.CopyTo(plain);
        }

        return plain.GetBuffer().AsMemory(0, (int)plain.Length);
    }
}

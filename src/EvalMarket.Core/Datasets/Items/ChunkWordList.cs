using System.Buffers;
using System.Collections;
using System.IO.Compression;
using System.Text;

namespace EvalMarket.Core.Datasets.Items;

/// <summary>
/// The words of a chunk, in order, each with the lines that hold it, deflated: some 35 KB for 256 KB of text. Whether a line holds a word, or one that begins
/// with it, is looked up here without opening the chunk.
/// </summary>
/// <remarks>
/// Numbers are LEB128. <c>count</c>, then for each word: how many bytes it shares with the one before, how many follow, these (UTF-8); the number of its lines, the lines as
/// differences.
/// </remarks>
internal sealed class ChunkWordList
{
    private readonly Dictionary<string, List<int>> lines = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Words => lines.Keys;

    /// <summary>Adds the words of a line; lines come in order.</summary>
    public void Add(int line, ItemSketch item)
    {
        var known = lines.GetAlternateLookup<ReadOnlySpan<char>>();
        item.Words(word =>
        {
            if (!known.TryGetValue(word, out var found))
            {
                known[word] = found = new List<int>(2);
            }

            if (found.Count == 0 || found[^1] != line)
            {
                found.Add(line);
            }
        });
    }

    public byte[] ToBytes()
    {
        var plain = new ArrayBufferWriter<byte>(64 * 1024);
        Write(plain, lines.Count);
        byte[] before = [];
        foreach (var (word, found) in lines.Select(entry => (Word: Encoding.UTF8.GetBytes(entry.Key), entry.Value))
            .OrderBy(entry => entry.Word, Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right))))
        {
            var shared = word.AsSpan().CommonPrefixLength(before);
            Write(plain, shared);
            Write(plain, word.Length - shared);
            plain.Write(word.AsSpan(shared));
            Write(plain, found.Count);
            var last = 0;
            foreach (var line in found)
            {
                Write(plain, line - last);
                last = line;
            }

            before = word;
        }

        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(plain.WrittenSpan);
        }

        return packed.ToArray();
    }

    /// <summary>The lines that hold each of the words, or a word that begins with it, in order.</summary>
    /// <param name="list">What <see cref="ToBytes"/> gave.</param>
    /// <param name="count">How many lines the chunk has.</param>
    /// <param name="words">At least one.</param>
    public static IReadOnlyList<int> Match(byte[] list, int count, IReadOnlyList<string> words)
    {
        using var plain = new MemoryStream(list.Length * 3);
        using (var inflate = new DeflateStream(new MemoryStream(list), CompressionMode.Decompress))
        {
            inflate.CopyTo(plain);
        }

        var wanted = words.Select(Encoding.UTF8.GetBytes).ToArray();
        var greatest = wanted.Aggregate((one, other) => one.AsSpan().SequenceCompareTo(other) > 0 ? one : other);
        var found = wanted.Select(_ => new BitArray(count)).ToArray();
        ReadOnlySpan<byte> rest = plain.GetBuffer().AsSpan(0, (int)plain.Length);
        Span<byte> word = stackalloc byte[512];
        for (var left = Read(ref rest); left > 0; left--)
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

        var all = found[0];
        foreach (var other in found.Skip(1))
        {
            all = all.And(other);
        }

        return [.. Enumerable.Range(0, count).Where(line => all[line])];
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

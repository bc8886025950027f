using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace EvalMarket.Core.Datasets.Words;

/// <summary>
/// Collects the words of a chunk's lines, with the lines that hold each. A chunk has some ten thousand words and an import seals hundreds of chunks a minute: words are
/// bytes in one buffer here and their lines numbers in another, both lent, so that no word is an object.
/// </summary>
internal sealed class ChunkWordTable : IDisposable
{
    private const int FirstCapacity = 16_384;

    /// <summary>Of UTF-8: a word has at most <see cref="Sessions.SearchWords.MaxWordLength"/> characters.</summary>
    public const int MaxWordBytes = 4 * Sessions.SearchWords.MaxWordLength;

    private int[] buckets = Rent<int>(FirstCapacity);
    private Word[] words = Rent<Word>(FirstCapacity);
    private byte[] text = Rent<byte>(8 * FirstCapacity);
    private Holding[] holdings = Rent<Holding>(4 * FirstCapacity);
    private int mask = FirstCapacity - 1;
    private int count;
    private int textLength;
    private int holdingCount;

    public ChunkWordTable() => buckets.AsSpan(0, mask + 1).Clear();

    public int Count => count;

    /// <summary>Adds a word of a line; lines come in order.</summary>
    public void Add(ReadOnlySpan<char> word, int line)
    {
        Span<byte> bytes = stackalloc byte[MaxWordBytes];
        bytes = bytes[..Encoding.UTF8.GetBytes(word, bytes)];
        // Differs from process to process: nobody can prepare words that share a bucket.
        var hash = string.GetHashCode(word, StringComparison.Ordinal);
        for (var i = buckets[hash & mask] - 1; i >= 0; i = words[i].Next)
        {
            ref var known = ref words[i];
            if (known.Hash == hash && TextOf(known).SequenceEqual(bytes))
            {
                if (holdings[known.Last].Line != line)
                {
                    holdings[known.Last].Next = holdingCount;
                    known.Last = Hold(line);
                    known.Lines++;
                }

                return;
            }
        }

        Insert(bytes, hash, Hold(line));
    }

    /// <summary>Gives the words in the order of their bytes.</summary>
    public int[] Ordered()
    {
        var order = new int[count];
        var keys = Rent<ulong>(count);
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
            keys[i] = WordCursor.KeyOf(TextOf(words[i]));
        }

        // By their first eight bytes, which differ mostly; then those that begin alike among themselves.
        keys.AsSpan(0, count).Sort(order.AsSpan());
        for (var start = 0; start < count;)
        {
            var end = start + 1;
            while (end < count && keys[end] == keys[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                order.AsSpan(start, end - start).Sort((left, right) => TextOf(words[left]).SequenceCompareTo(TextOf(words[right])));
            }

            start = end;
        }

        ArrayPool<ulong>.Shared.Return(keys);
        return order;
    }

    /// <summary>A word as UTF-8.</summary>
    public ReadOnlySpan<byte> TextOf(int word) => TextOf(words[word]);

    /// <summary>The lines that hold a word, in order.</summary>
    public LineList LinesOf(int word) => new(holdings, words[word].First, words[word].Lines);

    /// <summary>The words alone.</summary>
    /// <param name="ordered">Their order.</param>
    /// <param name="isNew">Words that another line has too are left out. Null for all words.</param>
    public ChunkWords ToWords(int[] ordered, Func<int, bool>? isNew)
    {
        var all = new byte[textLength + count];
        var length = 0;
        foreach (var word in ordered)
        {
            if (isNew is not null && !IsNew(word, isNew))
            {
                continue;
            }

            var bytes = TextOf(word);
            bytes.CopyTo(all.AsSpan(length));
            length += bytes.Length + 1;
        }

        return new ChunkWords(all.AsMemory(0, length));
    }

    private bool IsNew(int word, Func<int, bool> isNew)
    {
        foreach (var line in LinesOf(word))
        {
            if (!isNew(line))
            {
                return false;
            }
        }

        return true;
    }

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(buckets);
        ArrayPool<Word>.Shared.Return(words);
        ArrayPool<byte>.Shared.Return(text);
        ArrayPool<Holding>.Shared.Return(holdings);
        (buckets, words, text, holdings, count) = ([], [], [], [], 0);
    }

    private static T[] Rent<T>(int length) => ArrayPool<T>.Shared.Rent(length);

    private ReadOnlySpan<byte> TextOf(Word word) => text.AsSpan(word.Start, word.Length);

    private int Hold(int line)
    {
        Room(ref holdings, holdingCount, 1);
        holdings[holdingCount] = new Holding { Line = line, Next = -1 };
        return holdingCount++;
    }

    private void Insert(ReadOnlySpan<byte> bytes, int hash, int holding)
    {
        if (count > mask)
        {
            Grow();
        }

        Room(ref words, count, 1);
        Room(ref text, textLength, bytes.Length);
        bytes.CopyTo(text.AsSpan(textLength));
        ref var bucket = ref buckets[hash & mask];
        words[count] = new Word { Hash = hash, Next = bucket - 1, Start = textLength, Length = bytes.Length, First = holding, Last = holding, Lines = 1 };
        textLength += bytes.Length;
        bucket = ++count;
    }

    private void Grow()
    {
        mask = (2 * mask) + 1;
        ArrayPool<int>.Shared.Return(buckets);
        buckets = Rent<int>(mask + 1);
        buckets.AsSpan(0, mask + 1).Clear();
        for (var i = 0; i < count; i++)
        {
            ref var bucket = ref buckets[words[i].Hash & mask];
            words[i].Next = bucket - 1;
            bucket = i + 1;
        }
    }

    private static void Room<T>(ref T[] array, int used, int more)
    {
        if (array.Length - used >= more)
        {
            return;
        }

        var larger = Rent<T>(Math.Max(2 * array.Length, used + more));
        array.AsSpan(0, used).CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }

    /// <summary>A word, in a chain of those that share its bucket.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct Word
    {
        public int Hash;
        public int Next;
        public int Start;
        public int Length;
        public int First;
        public int Last;
        public int Lines;
    }

    /// <summary>A line that holds a word, and where the next one is.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal struct Holding
    {
        public int Line;
        public int Next;
    }

    /// <summary>The lines of a word.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal readonly struct LineList(Holding[] holdings, int first, int count)
    {
        public int Count => count;

        public Enumerator GetEnumerator() => new(holdings, first);

        [StructLayout(LayoutKind.Auto)]
        internal struct Enumerator(Holding[] holdings, int first)
        {
            private int next = first;

            public int Current { get; private set; }

            public bool MoveNext()
            {
                if (next < 0)
                {
                    return false;
                }

                Current = holdings[next].Line;
                next = holdings[next].Next;
                return true;
            }
        }
    }
}

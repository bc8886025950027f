using System.Buffers;

namespace EvalMarket.Core.Datasets.Words;

/// <summary>Writes words in the order of their bytes, each with ascending numbers: those of the lines of a chunk that hold it, or of the chunks.</summary>
/// <remarks>For each word: how many bytes it shares with the one before, how many follow, these; how many numbers it has; the numbers as differences.</remarks>
internal sealed class WordBlockWriter(int capacity)
{
    private readonly ArrayBufferWriter<byte> block = new(capacity);
    private readonly byte[] before = new byte[ChunkWordTable.MaxWordBytes];
    private int beforeLength;
    private int last;

    public int Length => block.WrittenCount;

    public ReadOnlyMemory<byte> Written => block.WrittenMemory;

    /// <summary>How many bytes a word has in common with the one before, which may be in a block before.</summary>
    public int SharedWith(ReadOnlySpan<byte> word) => word.CommonPrefixLength(before.AsSpan(0, beforeLength));

    /// <summary>Begins a word; its numbers follow.</summary>
    public void Begin(ReadOnlySpan<byte> word, int numbers)
    {
        var shared = block.WrittenCount == 0 ? 0 : SharedWith(word);
        Varint.Write(block, shared);
        Varint.Write(block, word.Length - shared);
        block.Write(word[shared..]);
        Varint.Write(block, numbers);
        word.CopyTo(before);
        beforeLength = word.Length;
        last = 0;
    }

    /// <summary>Adds a number of the word that was begun.</summary>
    public void Add(int number)
    {
        Varint.Write(block, number - last);
        last = number;
    }

    /// <summary>Empties the block; the next word begins another one.</summary>
    public void Reset() => block.ResetWrittenCount();
}

/// <summary>Reads what <see cref="WordBlockWriter"/> wrote.</summary>
internal sealed class WordBlockReader
{
    private readonly byte[] word = new byte[ChunkWordTable.MaxWordBytes];
    private ReadOnlyMemory<byte> block;
    private int at;
    private int length;
    private int left;
    private int last;

    /// <summary>The current word, until the next one.</summary>
    public ReadOnlySpan<byte> Word => word.AsSpan(0, length);

    /// <summary>Begins with a block; before its first word.</summary>
    /// <param name="content">The block.</param>
    /// <param name="start">Where it begins.</param>
    public void Open(ReadOnlyMemory<byte> content, int start = 0)
    {
        (block, at, length, left, last) = (content, start, 0, 0, 0);
    }

    /// <summary>Moves to the next word; false at the end.</summary>
    public bool Next()
    {
        var bytes = block.Span;
        for (; left > 0; left--)
        {
            Varint.Read(bytes, ref at);
        }

        if (at >= bytes.Length)
        {
            return false;
        }

        var shared = Varint.Read(bytes, ref at);
        var more = Varint.Read(bytes, ref at);
        bytes.Slice(at, more).CopyTo(word.AsSpan(shared));
        at += more;
        length = shared + more;
        left = Varint.Read(bytes, ref at);
        last = 0;
        return true;
    }

    /// <summary>Gives the next number of the current word; false when it has no more.</summary>
    public bool TryRead(out int number)
    {
        number = last;
        if (left == 0)
        {
            return false;
        }

        left--;
        number = last += Varint.Read(block.Span, ref at);
        return true;
    }
}

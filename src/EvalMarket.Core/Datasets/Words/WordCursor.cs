using System.Buffers.Binary;

namespace EvalMarket.Core.Datasets.Words;

/// <summary>Goes through words in the order of their bytes, each with the numbers of chunks that hold it.</summary>
internal abstract class WordCursor
{
    /// <summary>The current word.</summary>
    public abstract ReadOnlySpan<byte> Word { get; }

    /// <summary>Its first eight bytes: most words differ there already.</summary>
    public ulong Key { get; private set; }

    /// <summary>Moves to the next word. False at the end, or when more has to be read first.</summary>
    public bool Next()
    {
        if (!Advance())
        {
            return false;
        }

        Key = KeyOf(Word);
        return true;
    }

    /// <summary>Reads more; false when there is none.</summary>
    public virtual ValueTask<bool> FillAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

    /// <summary>Adds the chunks of the current word.</summary>
    public abstract void AddTo(List<long> chunks);

    public int ComparedTo(WordCursor other) => Key != other.Key ? Key.CompareTo(other.Key) : Word.SequenceCompareTo(other.Word);

    protected abstract bool Advance();

    /// <summary>A number that puts words in the order of their first eight bytes.</summary>
    public static ulong KeyOf(ReadOnlySpan<byte> word)
    {
        if (word.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(word);
        }

        Span<byte> padded = stackalloc byte[sizeof(ulong)];
        padded.Clear();
        word.CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }
}

/// <summary>The words of one chunk.</summary>
internal sealed class ChunkWordCursor(ChunkWords words, long chunk) : WordCursor
{
    private int start;
    private int length = -1;

    public override ReadOnlySpan<byte> Word => words.Text.Span.Slice(start, length);

    public override void AddTo(List<long> chunks) => chunks.Add(chunk);

    protected override bool Advance()
    {
        start += length + 1;
        if (start >= words.Text.Length)
        {
            return false;
        }

        length = words.Text.Span[start..].IndexOf((byte)0);
        return true;
    }
}

/// <summary>The words of a run; its blocks are read some at a time.</summary>
/// <param name="firstChunk">That of the run.</param>
/// <param name="isThere">Which chunks count.</param>
/// <param name="readAsync">Gives the next blocks; none at the end.</param>
internal sealed class RunWordCursor(long firstChunk, Func<long, bool> isThere, Func<CancellationToken, Task<IReadOnlyList<byte[]>>> readAsync) : WordCursor
{
    private readonly WordBlockReader reader = new();
    private readonly Queue<byte[]> blocks = new();

    public override ReadOnlySpan<byte> Word => reader.Word;

    public override async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        foreach (var block in await readAsync(cancellationToken))
        {
            blocks.Enqueue(block);
        }

        return blocks.Count > 0;
    }

    public override void AddTo(List<long> chunks)
    {
        while (reader.TryRead(out var number))
        {
            if (isThere(firstChunk + number))
            {
                chunks.Add(firstChunk + number);
            }
        }
    }

    protected override bool Advance()
    {
        while (!reader.Next())
        {
            if (!blocks.TryDequeue(out var block))
            {
                return false;
            }

            reader.Open(block);
        }

        return true;
    }
}

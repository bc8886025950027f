using System.Buffers.Binary;
using System.Text;
using Npgsql;

namespace EvalMarket.Data.PostgreSql;

/// <summary>
/// Writes rows in PostgreSQL's binary COPY format (the manual's page on COPY, "Binary Format"), straight into one buffer: of a million rows, values that go through the
/// driver's parameters one by one take a good part of the time.
/// </summary>
internal sealed class BinaryCopy(NpgsqlRawCopyStream stream) : IAsyncDisposable
{
    private const int FlushBytes = 128 * 1024;

    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private byte[] buffer = new byte[FlushBytes + (16 * 1024)];
    private int length;
    private bool isComplete;

    /// <summary>Begins a copy; it ends with <see cref="CompleteAsync"/>, or is taken back.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="table">Its name.</param>
    /// <param name="columns">Their names, in the order in which each row is written.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<BinaryCopy> BeginAsync(NpgsqlConnection connection, string table, IEnumerable<string> columns, CancellationToken cancellationToken)
    {
        var names = string.Join(", ", columns.Select(column => $"\"{column}\""));
        var copy = new BinaryCopy(await connection.BeginRawBinaryCopyAsync($"COPY \"{table}\" ({names}) FROM STDIN (FORMAT BINARY)", cancellationToken));
        // Signature, flags, length of what else the header has.
        copy.Append([.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0]);
        return copy;
    }

    /// <summary>Begins a row of so many values.</summary>
    public void StartRow(int values) => BinaryPrimitives.WriteInt16BigEndian(Take(2), (short)values);

    /// <summary>Writes a value: text, bytes, numbers, times, or truth.</summary>
    /// <exception cref="NotSupportedException">A value of another type.</exception>
    public void Write(object? value)
    {
        switch (value)
        {
            case null:
                BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);
                break;
            case string text:
                WriteText(text);
                break;
            case long number:
                BinaryPrimitives.WriteInt64BigEndian(Sized(8), number);
                break;
            case int number:
                BinaryPrimitives.WriteInt32BigEndian(Sized(4), number);
                break;
            case bool flag:
                Sized(1)[0] = flag ? (byte)1 : (byte)0;
                break;
            case double number:
                BinaryPrimitives.WriteDoubleBigEndian(Sized(8), number);
                break;
            case DateTimeOffset time:
                BinaryPrimitives.WriteInt64BigEndian(Sized(8), (time - Epoch).Ticks / TimeSpan.TicksPerMicrosecond);
                break;
            case byte[] bytes:
                bytes.CopyTo(Sized(bytes.Length));
                break;
            default:
                throw new NotSupportedException($"Values of {value.GetType()} cannot be copied.");
        }
    }

    /// <summary>Sends what has come together when that is enough.</summary>
    public ValueTask FlushIfFullAsync(CancellationToken cancellationToken) => length >= FlushBytes ? FlushAsync(cancellationToken) : ValueTask.CompletedTask;

    /// <summary>Ends the copy; before, the database has no row of it.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);
        await FlushAsync(cancellationToken);
        isComplete = true;
        await stream.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!isComplete)
        {
            await stream.CancelAsync();
            await stream.DisposeAsync();
        }
    }

    private void WriteText(string text)
    {
        var start = length;
        Take(4 + Encoding.UTF8.GetMaxByteCount(text.Length));
        var written = Encoding.UTF8.GetBytes(text, buffer.AsSpan(start + 4));
        BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(start), written);
        length = start + 4 + written;
    }

    private void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    private Span<byte> Sized(int size)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(4), size);
        return Take(size);
    }

    private Span<byte> Take(int size)
    {
        if (buffer.Length - length < size)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + size));
        }

        length += size;
        return buffer.AsSpan(length - size, size);
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
        length = 0;
    }
}

using System.Buffers;
using System.Text.Json;

namespace EvalMarket.Formats.Json;

/// <summary>
/// The elements of one big JSON array as bytes, one at a time: of an array at the root, or of the array that is the first property of an
/// object at the root. Holds one element, never the array.
/// </summary>
/// <param name="stream">UTF-8, read to its end; the caller disposes it.</param>
/// <param name="property">Name of the first property when the root is an object.</param>
/// <param name="maxElementBytes">Largest element that is held.</param>
public sealed class JsonArrayReader(Stream stream, string property, int maxElementBytes) : IDisposable
{
    private const int FirstBufferBytes = 64 * 1024;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
    private int start;
    private int end;
    private bool streamEnded;
    private bool isWithin;
    private JsonReaderState state = new(new JsonReaderOptions { MaxDepth = 64 });

    private enum Step
    {
        NeedMore,
        Element,
        End,
    }

    /// <summary>The element that was read last; valid until the next read.</summary>
    public ReadOnlyMemory<byte> Element { get; private set; }

    /// <summary>Moves to the next element; false at the end of the document.</summary>
    /// <exception cref="JsonException">It is no JSON, or not of this shape.</exception>
    /// <exception cref="InvalidDataException">An element is larger than allowed.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var step = Next(out var offset, out var length, out var consumed);
            if (step == Step.Element)
            {
                Element = buffer.AsMemory(start + offset, length);
                start += consumed;
                return true;
            }

            start += consumed;
            if (step == Step.End)
            {
                return false;
            }

            await FillAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private Step Next(out int offset, out int length, out int consumed)
    {
        var reader = new Utf8JsonReader(buffer.AsSpan(start, end - start), streamEnded, state);
        (offset, length, consumed) = (0, 0, 0);
        if (!isWithin)
        {
            if (!TryEnter(ref reader))
            {
                return Step.NeedMore;
            }

            isWithin = true;
            state = reader.CurrentState;
            consumed = (int)reader.BytesConsumed;
        }

        while (reader.Read())
        {
            // Elements are skipped whole, so this is the end of the array or of the object around it.
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                state = reader.CurrentState;
                consumed = (int)reader.BytesConsumed;
                continue;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                throw new JsonException($"Beside \"{property}\" there must be no other property.");
            }

            offset = (int)reader.TokenStartIndex;
            if (!reader.TrySkip())
            {
                return Step.NeedMore;
            }

            length = (int)reader.BytesConsumed - offset;
            state = reader.CurrentState;
            consumed = (int)reader.BytesConsumed;
            return Step.Element;
        }

        return streamEnded ? Step.End : Step.NeedMore;
    }

    private bool TryEnter(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType == JsonTokenType.StartArray)
        {
            return true;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("Must be an array or an object.");
        }

        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(property))
        {
            throw new JsonException($"The first property must be \"{property}\".");
        }

        return reader.Read() && (reader.TokenType == JsonTokenType.StartArray ? true : throw new JsonException($"\"{property}\" must be an array."));
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (streamEnded)
        {
            throw new JsonException("The document ends in the middle.");
        }

        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (end == buffer.Length)
        {
            if (buffer.Length >= maxElementBytes)
            {
                throw new InvalidDataException($"An element is larger than {maxElementBytes:N0} bytes.");
            }

            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.AsSpan(0, end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
        end += read;
        streamEnded = read == 0;
    }
}

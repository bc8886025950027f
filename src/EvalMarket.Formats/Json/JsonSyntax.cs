using System.Buffers;
using System.Text.Json;

namespace EvalMarket.Formats.Json;

/// <summary>Whether a stream is one JSON document, without holding it.</summary>
internal static class JsonSyntax
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>What is wrong; null when nothing is. Names that the object at the root has twice are wrong; those further in are left to whoever reads the values.</summary>
    /// <param name="maxTokenBytes">Longest text or number.</param>
    public static async ValueTask<JsonSyntaxProblem?> CheckAsync(Stream stream, int maxTokenBytes, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var state = new JsonReaderState(new JsonReaderOptions { MaxDepth = 64 });
        HashSet<string> names = new(StringComparer.Ordinal);
        try
        {
            var (length, isFirst) = (0, true);
            while (true)
            {
                var read = await stream.ReadAtLeastAsync(buffer.AsMemory(length), 1, throwOnEndOfStream: false, cancellationToken);
                length += read;
                if (isFirst && length < 3 && read > 0)
                {
                    continue;
                }

                var skip = isFirst && buffer is [0xEF, 0xBB, 0xBF, ..] && length >= 3 ? 3 : 0;
                isFirst = false;
                var consumed = Read(buffer.AsSpan(skip, length - skip), read == 0, ref state, names, out var problem) + skip;
                if (problem is not null || read == 0)
                {
                    return problem;
                }

                buffer.AsSpan(consumed, length - consumed).CopyTo(buffer);
                length -= consumed;
                if (length == buffer.Length)
                {
                    if (length > maxTokenBytes)
                    {
                        return new($"A text of more than {maxTokenBytes:N0} bytes is in the file.");
                    }

                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
    private static int Read(ReadOnlySpan<byte> bytes, bool isLast, ref JsonReaderState state, HashSet<string> names, out JsonSyntaxProblem? problem)
    {
        problem = null;
        var reader = new Utf8JsonReader(bytes, isLast, state);
        try
        {
            while (reader.Read())
            {
                // The root's own names are one level in.
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && !names.Add(reader.GetString()!))
                {
                    problem = new("The object has two members of the same name.");
                    break;
                }
            }
        }
        catch (JsonException exception)
        {
            problem = new(JsonProblem.Describe(exception), exception.LineNumber + 1, exception.BytePositionInLine + 1);
        }
        catch (InvalidOperationException)
        {
            // A name with half of a character.
            problem = new("The object has a member whose name is no text.");
        }

        state = reader.CurrentState;
        return (int)reader.BytesConsumed;
    }
}

/// <summary>Why a stream is not one JSON document.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based byte of the line.</param>
internal sealed record JsonSyntaxProblem(string Message, long? Line = null, long? Column = null);

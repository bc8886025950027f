using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Transcripts;

namespace EvalMarket.Formats.Sessions;

/// <summary>The bodies of <c>POST /api/sessions</c>, as records: what is wrong with one session does not keep the others out.</summary>
public static class SessionBodies
{
    /// <summary>One session, or <c>{"sessions":[…]}</c>, held in memory.</summary>
    public static IEnumerable<TranscriptRecord> ReadDocument(ReadOnlyMemory<byte> json) => SessionReader.ReadRequest(json).Sessions.SelectMany(ToRecords);

    /// <summary><c>{"sessions":[…]}</c> or a bare array of any length, one session in memory at a time; paths count the sessions.</summary>
    public static async IAsyncEnumerable<TranscriptRecord> ReadDocumentAsync(
        Stream content, int maxSessionBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new JsonArrayReader(content, "sessions", maxSessionBytes);
        for (var index = 0; ; index++)
        {
            var (more, problem) = await TryReadAsync(reader, cancellationToken);
            if (problem is not null)
            {
                yield return TranscriptRecord.Bad(new ContentError(problem, $"/sessions/{index}"));
            }

            if (!more)
            {
                if (index == 0 && problem is null)
                {
                    yield return TranscriptRecord.Bad(new ContentError("There is no session in this body. Send {\"sessions\":[…]}, or one session a line.", "/sessions"));
                }

                yield break;
            }

            foreach (var reading in SessionReader.Read(reader.Element, UnknownProperties.Refuse).Sessions)
            {
                var errors = reading.Errors.Select(error => error with { Path = $"/sessions/{index}{error.Path}" });
                foreach (var record in ToRecords(reading with { Errors = [.. errors] }))
                {
                    yield return record;
                }
            }
        }
    }

    /// <summary>One session a line (<c>application/x-ndjson</c>); blank lines are passed over.</summary>
    public static async IAsyncEnumerable<TranscriptRecord> ReadLinesAsync(
        Stream content, int maxLineBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lines = new LineReader(content, maxLineBytes);
        while (await lines.ReadAsync(cancellationToken))
        {
            var number = lines.Number;
            if (lines.IsTooLong)
            {
                yield return TranscriptRecord.Bad(new ContentError($"The line is longer than {maxLineBytes:N0} bytes.", Line: number));
            }

            if (lines.Line.Span.IndexOfAnyExcept(" \t"u8) < 0)
            {
                continue;
            }

            foreach (var reading in SessionReader.Read(lines.Line, UnknownProperties.Refuse).Sessions)
            {
                var errors = reading.Errors.Select(error => error with { Line = number });
                foreach (var record in ToRecords(reading with { Errors = [.. errors] }))
                {
                    yield return record;
                }
            }
        }
    }

    private static IEnumerable<TranscriptRecord> ToRecords(SessionReading reading) =>
        reading.Session is { } session ? [TranscriptRecord.Of(session)] : reading.Errors.Select(TranscriptRecord.Bad);

    private static async ValueTask<(bool More, string? Problem)> TryReadAsync(JsonArrayReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return (await reader.ReadAsync(cancellationToken), null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            return (false, exception is JsonException json ? JsonProblem.Describe(json) : exception.Message);
        }
    }
}

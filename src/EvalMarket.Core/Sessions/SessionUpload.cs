using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using EvalMarket.Formats;
using EvalMarket.Formats.Sessions;
using EvalMarket.Formats.Transcripts;

namespace EvalMarket.Core.Sessions;

/// <summary>How the bytes of an upload are to be read.</summary>
public enum SessionUploadKind
{
    /// <summary>A file of some tool, its format named or detected.</summary>
    Transcript = 1,

    /// <summary>The API's own JSON.</summary>
    Json = 2,

    /// <summary>The API's own JSON, one session a line.</summary>
    JsonLines = 3,
}

/// <summary>One file of an upload.</summary>
/// <param name="Name">As the sender calls it; null for the body of an API request.</param>
/// <param name="Format">Of a transcript, when the sender says it; else it is detected.</param>
public sealed record SessionUpload(SessionUploadKind Kind, string? Name, string? Format)
{
    /// <summary>Why a transcript was taken for the format it was read as.</summary>
    [JsonIgnore]
    public string? Detected { get; private set; }

    /// <summary>Reads the file. What cannot be read at all gives one error.</summary>
    /// <param name="content">From its start.</param>
    /// <param name="length">Of the content.</param>
    /// <param name="limits">Those in force.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<TranscriptRecord> ReadAsync(
        Stream content, long length, Limits limits, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Kind == SessionUploadKind.Transcript)
        {
            var head = await HeadStream.ReadAsync(content, TranscriptDetector.SampleBytes, cancellationToken);
            var name = Name ?? "";
            ITranscriptReader? reader;
            if (Format is not null)
            {
                reader = TranscriptReaders.Find(Format);
            }
            else
            {
                var detection = TranscriptDetector.Detect(new TranscriptSample(name, head.Head, head.IsWhole));
                reader = detection.Reader;
                Detected = detection.Reason;
            }

            if (reader is null)
            {
                yield return TranscriptRecord.Bad(new ContentError(
                    Detected ?? $"There is no format '{Format}'. Known: {string.Join(", ", TranscriptReaders.All.Select(known => known.Format))}.", File: Name));
                yield break;
            }

            var file = new TranscriptFile(name, head) { MaxLineBytes = limits.LineBytes, MaxSessionBytes = limits.SessionBytes };
            await foreach (var record in reader.ReadAsync(file, cancellationToken))
            {
                yield return record;
            }

            yield break;
        }

        // What a request could hold is read as a request is, with the same result; only more than that is an array read piece by piece.
        if (Kind == SessionUploadKind.Json && length <= limits.SyncBytes)
        {
            using var body = new MemoryStream((int)length);
            await content.CopyToAsync(body, cancellationToken);
            foreach (var record in SessionBodies.ReadDocument(body.GetBuffer().AsMemory(0, (int)body.Length)))
            {
                yield return record;
            }

            yield break;
        }

        var records = Kind == SessionUploadKind.Json
            ? SessionBodies.ReadDocumentAsync(content, limits.LineBytes, cancellationToken)
            : SessionBodies.ReadLinesAsync(content, limits.LineBytes, cancellationToken);
        await foreach (var record in records)
        {
            yield return record;
        }
    }
}

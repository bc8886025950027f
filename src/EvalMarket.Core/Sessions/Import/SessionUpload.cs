using System.Runtime.CompilerServices;
using EvalMarket.Formats.Sessions;
using EvalMarket.Formats.Transcripts;

namespace EvalMarket.Core.Sessions.Import;

/// <summary>How the bytes of an upload are to be read.</summary>
public enum SessionUploadKind
{
    /// <summary>Files of some tools, their format named or detected.</summary>
    Transcript = 1,

    /// <summary>The API's own JSON.</summary>
    Json = 2,

    /// <summary>The API's own JSON, one session a line.</summary>
    JsonLines = 3,
}

/// <summary>Reads the API's own JSON from a file that waited in the store.</summary>
internal static class SessionUpload
{
    /// <summary>Gives sessions and errors; what cannot be read at all gives one error.</summary>
    /// <param name="kind">Not <see cref="SessionUploadKind.Transcript"/>.</param>
    /// <param name="content">From its start.</param>
    /// <param name="length">Of the content.</param>
    /// <param name="limits">Those in force.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async IAsyncEnumerable<TranscriptRecord> ReadAsync(
        SessionUploadKind kind, Stream content, long length, Limits limits, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What a request could hold is read as a request is, with the same result; only more than that is an array read piece by piece.
        if (kind == SessionUploadKind.Json && length <= limits.SyncBytes)
        {
            using var body = new MemoryStream((int)length);
            await content.CopyToAsync(body, cancellationToken);
            foreach (var record in SessionBodies.ReadDocument(body.GetBuffer().AsMemory(0, (int)body.Length)))
            {
                yield return record;
            }

            yield break;
        }

        var records = kind == SessionUploadKind.Json
            ? SessionBodies.ReadDocumentAsync(content, limits.LineBytes, cancellationToken)
            : SessionBodies.ReadLinesAsync(content, limits.LineBytes, cancellationToken);
        await foreach (var record in records)
        {
            yield return record;
        }
    }
}

using System.Runtime.CompilerServices;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>
/// Our own JSON Lines: one session a line in its wire shape, as <see cref="SessionWriter.WriteLine"/> writes it. Source and labels are kept;
/// properties that a session does not have go to its metadata. It is told from OpenAI messages by the names that only our sessions have.
/// </summary>
public sealed class EvalMarketReader : ITranscriptReader
{
    private static readonly string[] TellingKeys =
        ["external_id", "message_count", "prompt_tokens", "completion_tokens", "duration_ms", "eval_ready", "eval_status", "eval_notes", "eval_tags", "reviewed_at"];

    public string Format => "evalmarket";

    public string DisplayName => "EvalMarket sessions";

    public string? Detect(TranscriptSample sample)
    {
        // A first line longer than the sample shows its names, but not the messages that come after its metadata.
        foreach (var line in SampleLines.Objects(sample))
        {
            if (TellingKeys.FirstOrDefault(line.Has) is { } key && (line.IsArray("messages") || !sample.IsWhole))
            {
                return $"Lines with {key}, as this application writes sessions.";
            }
        }

        return null;
    }

    public async IAsyncEnumerable<TranscriptRecord> ReadAsync(TranscriptFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lines = new LineReader(file.Content, file.MaxLineBytes);
        var any = false;
        while (await lines.ReadAsync(cancellationToken))
        {
            if (lines.IsTooLong)
            {
                any = true;
                yield return Bad(new ContentError($"The line is longer than {file.MaxLineBytes:N0} bytes; it was left out."));
                continue;
            }

            if (lines.Line.Span.Trim(" \t"u8).IsEmpty)
            {
                continue;
            }

            any = true;
            var document = SessionReader.Read(lines.Line, UnknownProperties.Keep);
            foreach (var reading in document.Sessions)
            {
                if (reading.Session is { } session)
                {
                    yield return TranscriptRecord.Of(
                        session with { Metadata = MetadataObject.WithReplaced(session.Metadata, document.ReplacedCharacters) }, lines.Number);
                }

                foreach (var error in reading.Errors)
                {
                    yield return Bad(error);
                }
            }
        }

        if (!any)
        {
            yield return TranscriptRecord.Bad(new ContentError("The file is empty.", File: file.Name));
        }

        TranscriptRecord Bad(ContentError error) => TranscriptRecord.Bad(error with { Line = lines.Number, File = file.Name });
    }
}

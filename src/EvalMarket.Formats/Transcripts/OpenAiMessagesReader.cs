using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>
/// OpenAI chat messages, as fine-tuning and evaluation files have them: JSON Lines of <c>{"messages":[{role, content, tool_calls?, tool_call_id?}…]}</c>,
/// one session a line. <c>developer</c> is a system role, <c>function</c> a tool. Contents in parts are joined by a blank line, images become parts.
/// The session is named by the line's own text <c>id</c>, else by the hash of its messages, so that the same line is the same session again;
/// <c>model</c> is the session's, every other top-level key goes to the metadata.
/// </summary>
public sealed class OpenAiMessagesReader : ITranscriptReader
{
    public string Format => "openai-messages";

    public string DisplayName => "OpenAI messages";

    public string? Detect(TranscriptSample sample) =>
        SampleLines.Objects(sample).Any(line => line.IsArray("messages")) ? "Lines with a list of messages, as OpenAI files have them." : null;

    public async IAsyncEnumerable<TranscriptRecord> ReadAsync(TranscriptFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var any = false;
        await foreach (var line in TranscriptLines.ReadAsync(file, cancellationToken))
        {
            any = true;
            if (line.Error is not null)
            {
                yield return TranscriptRecord.Bad(line.Error);
                continue;
            }

            List<ContentError> errors = [];
            var session = ReadLine(line, new FieldChecks(errors));
            if (errors.Count == 0)
            {
                yield return TranscriptRecord.Of(session with { Metadata = MetadataObject.WithReplaced(session.Metadata, line.Replaced) }, line.Number);
            }

            foreach (var error in errors)
            {
                yield return TranscriptRecord.Bad(error with { Line = line.Number, File = file.Name });
            }
        }

        if (!any)
        {
            yield return TranscriptRecord.Bad(new ContentError("The file is empty.", File: file.Name));
        }
    }

    private Session ReadLine(TranscriptLine line, FieldChecks checks)
    {
        List<Message> messages = [];
        if (line.Value.Member("messages") is not { ValueKind: JsonValueKind.Array } list)
        {
            checks.Add("/messages", "The line has no list of messages.");
            return new Session();
        }

        foreach (var (value, path) in checks.List(list, "/messages"))
        {
            if (OpenAiMessage.Read(value, path, checks) is { } message)
            {
                messages.Add(message);
            }
        }

        if (list.GetArrayLength() == 0)
        {
            checks.Add("/messages", "There is no message in this list.");
        }

        var model = line.Value.MemberText("model");
        var id = line.Value.MemberText("id") is { Length: > 0 } given ? SessionFacts.Id(given) : null;
        return new Session
        {
            ExternalId = id ?? SessionFacts.HashOf(messages),
            Title = SessionFacts.Title(SessionFacts.FirstPrompt(messages)),
            Source = Format,
            Model = SessionFacts.Short(model),
            Provider = "openai",
            Metadata = MetadataObject.Of(
                [.. line.Value.EnumerateObject().Where(property => !(property.Name == "messages" || (property.Name == "id" && id is not null) || (property.Name == "model" && model is not null)))]),
            Messages = messages,
        };
    }
}

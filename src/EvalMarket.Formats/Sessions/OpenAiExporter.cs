using System.Buffers;
using System.IO.Pipelines;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Sessions;

/// <summary>
/// One line a session: <c>{"messages":[{"role","content"}…]}</c>, complete and in order, system and tool messages included
/// (seed: evals-export, "OpenAI Evals JSONL").
/// </summary>
public sealed class OpenAiExporter : ISessionExporter
{
    public string Format => "openai";

    public string DisplayName => "OpenAI Evals JSONL";

    public string ContentType => "application/x-ndjson";

    public string FileExtension => "jsonl";

    public async Task WriteAsync(IAsyncEnumerable<Session> sessions, PipeWriter output, CancellationToken cancellationToken)
    {
        var stream = new ExportStream(output);
        await foreach (var session in sessions.WithCancellation(cancellationToken))
        {
            stream.Write("{\"messages\":["u8);
            for (var i = 0; i < session.Messages.Count; i++)
            {
                stream.Write(i == 0 ? "{\"role\":\""u8 : ",{\"role\":\""u8);
                JsonText.WriteUtf8(stream, session.Messages[i].Role.ToWire());
                stream.Write("\",\"content\":"u8);
                JsonText.WriteText(stream, session.Messages[i].Content);
                stream.Write("}"u8);
                if (!await stream.FlushWhenFullAsync(cancellationToken))
                {
                    return;
                }
            }

            stream.Write("]}\n"u8);
            if (!await stream.FlushWhenFullAsync(cancellationToken))
            {
                return;
            }
        }

        await stream.FlushAsync(cancellationToken);
    }
}

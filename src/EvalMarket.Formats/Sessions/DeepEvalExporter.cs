using System.Buffers;
using System.IO.Pipelines;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Sessions;

/// <summary>
/// A JSON array with one object a turn that has an answer: <c>input, actual_output, expected_output, context, retrieval_context</c>
/// (seed: evals-export, "DeepEval JSON"). One object a line. <c>context</c> holds the contents of all messages before the turn that have text.
/// The session's expected output goes to its last exported turn.
/// </summary>
public sealed class DeepEvalExporter : ISessionExporter
{
    public string Format => "deepeval";

    public string DisplayName => "DeepEval JSON";

    public string ContentType => "application/json";

    public string FileExtension => "json";

    public async Task WriteAsync(IAsyncEnumerable<Session> sessions, PipeWriter output, CancellationToken cancellationToken)
    {
        var stream = new ExportStream(output);
        var any = false;
        await foreach (var session in sessions.WithCancellation(cancellationToken))
        {
            var context = new ArrayBufferWriter<byte>();
            var inContext = 0;
            var turns = Turns.Of(session.Messages).Where(turn => turn.IsPair).ToList();
            for (var i = 0; i < turns.Count; i++)
            {
                // The context of a turn is the beginning of the next one's: every message is encoded once a session.
                for (; inContext < turns[i].FirstIndex; inContext++)
                {
                    AddToContext(context, session.Messages[inContext]);
                }

                stream.Write(any ? ",\n"u8 : "[\n"u8);
                any = true;
                WriteTurn(stream, turns[i], i == turns.Count - 1 ? session.Labels?.ExpectedOutput : null);
                if (!await WriteContextAsync(stream, context.WrittenMemory, cancellationToken))
                {
                    return;
                }
            }
        }

        stream.Write(any ? "\n]\n"u8 : "[]"u8);
        await stream.FlushAsync(cancellationToken);
    }

    private static void AddToContext(ArrayBufferWriter<byte> context, Message message)
    {
        if (!Turns.HasText(message))
        {
            return;
        }

        if (context.WrittenCount > 0)
        {
            context.Write(","u8);
        }

        JsonText.WriteText(context, message.Content);
    }

    private static void WriteTurn(ExportStream stream, Turn turn, string? expectedOutput)
    {
        stream.Write("{\"input\":"u8);
        JsonText.WriteText(stream, turn.Input);
        stream.Write(",\"actual_output\":"u8);
        JsonText.WriteText(stream, turn.Output);
        stream.Write(",\"expected_output\":"u8);
        if (expectedOutput is null)
        {
            stream.Write("null"u8);
        }
        else
        {
            JsonText.WriteText(stream, expectedOutput);
        }
    }

    private static async ValueTask<bool> WriteContextAsync(ExportStream stream, ReadOnlyMemory<byte> context, CancellationToken cancellationToken)
    {
        const int PieceBytes = 32 * 1024;
        stream.Write(",\"context\":["u8);
        for (var at = 0; at < context.Length; at += PieceBytes)
        {
            stream.Write(context.Span.Slice(at, Math.Min(PieceBytes, context.Length - at)));
            if (!await stream.FlushWhenFullAsync(cancellationToken))
            {
                return false;
            }
        }

        stream.Write("],\"retrieval_context\":[]}"u8);
        return await stream.FlushWhenFullAsync(cancellationToken);
    }
}

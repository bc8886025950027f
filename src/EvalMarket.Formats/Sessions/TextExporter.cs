using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Streams;

namespace EvalMarket.Formats.Sessions;

/// <summary>
/// The conversation as labelled text (seed: evals-export, "Plain Text"). User and assistant messages with text only.
/// A footer part without a value is left out, and so is a footer line without parts.
/// </summary>
public sealed class TextExporter : ISessionExporter
{
    private const string Separator = " | ";

    public string Format => "text";

    public string DisplayName => "Plain text";

    public string ContentType => "text/plain; charset=utf-8";

    public string FileExtension => "txt";

    public async Task WriteAsync(IAsyncEnumerable<Session> sessions, PipeWriter output, CancellationToken cancellationToken)
    {
        var stream = new ExportStream(output);
        var first = true;
        await foreach (var session in sessions.WithCancellation(cancellationToken))
        {
            JsonText.WriteUtf8(stream, $"{(first ? "" : "\n")}## Session: {Heading(session.Title)}\n\n");
            first = false;
            foreach (var message in session.Messages)
            {
                if (message.Role is not (MessageRole.User or MessageRole.Assistant) || !Turns.HasText(message))
                {
                    continue;
                }

                stream.Write(message.Role == MessageRole.User ? "**User:** "u8 : "**Assistant:** "u8);
                JsonText.WriteUtf8(stream, Paragraphs(message.Content));
                stream.Write("\n\n"u8);
                if (!await stream.FlushWhenFullAsync(cancellationToken))
                {
                    return;
                }
            }

            WriteFooter(stream, session);
            if (!await stream.FlushWhenFullAsync(cancellationToken))
            {
                return;
            }
        }

        await stream.FlushAsync(cancellationToken);
    }

    private static void WriteFooter(ExportStream stream, Session session)
    {
        stream.Write("---\n"u8);
        List<string> figures = [];
        if (session.PromptTokens is not null || session.CompletionTokens is not null)
        {
            var tokens = (session.PromptTokens ?? 0) + (session.CompletionTokens ?? 0);
            figures.Add(string.Create(CultureInfo.InvariantCulture, $"Tokens: {tokens:N0}"));
        }

        if (session.Cost is { } cost)
        {
            figures.Add("Cost: " + Dollars(cost));
        }

        if (!string.IsNullOrWhiteSpace(session.Model))
        {
            figures.Add("Model: " + session.Model);
        }

        List<string> labels = [];
        if (session.Labels?.Status is { } status)
        {
            labels.Add("Status: " + status.ToWire());
        }

        if (session.Labels?.Tags is { Count: > 0 } tags)
        {
            labels.Add("Tags: " + string.Join(", ", tags));
        }

        foreach (var line in new[] { figures, labels }.Where(line => line.Count > 0))
        {
            JsonText.WriteUtf8(stream, string.Join(Separator, line) + "\n");
        }
    }

    /// <summary>Cents as the seed shows them; a cost under a cent keeps the digits that it consists of instead of reading $0.00.</summary>
    private static string Dollars(decimal cost)
    {
        if (cost == 0 || decimal.Round(cost, 4) >= 0.01m)
        {
            return cost.ToString("$#,##0.00", CultureInfo.InvariantCulture);
        }

        var decimals = 4;
        if (decimal.Round(cost, decimals) == 0)
        {
            while (decimals < 12 && decimal.Round(cost, decimals - 1) == 0)
            {
                decimals++;
            }
        }

        return cost.ToString("$0." + new string('#', decimals), CultureInfo.InvariantCulture);
    }

    private static string Heading(string? title) =>
        string.IsNullOrWhiteSpace(title) ? "Untitled" : string.Join(' ', title.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Paragraphs(string text) => text.ReplaceLineEndings("\n").Trim('\n').TrimEnd();
}

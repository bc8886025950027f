using System.Text;

namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>Histories of the rows of a conversation: what the rows before said. Keeps the newest messages within a bound.</summary>
internal sealed class CsvAutoHistory(int maxBytes)
{
    /// <summary>What a message takes beside its text, about.</summary>
    private const int MessageBytes = 40;

    private readonly LinkedList<HistoryMessage> messages = [];
    private string? conversation;
    private long bytes;
    private int omitted;

    /// <summary>The history before the row; then the row is a part of it.</summary>
    /// <param name="patch">The row.</param>
    /// <param name="conversationOfRow">Another one than that of the row before begins anew.</param>
    public CsvRowPatch Add(CsvRowPatch patch, string conversationOfRow)
    {
        if (conversationOfRow != conversation)
        {
            messages.Clear();
            (conversation, bytes, omitted) = (conversationOfRow, 0, 0);
        }

        var result = patch with { History = [.. messages], HistoryOmitted = omitted };
        Add(new HistoryMessage(HistoryMessageType.Human, patch.Input!));
        if (!string.IsNullOrEmpty(patch.Output))
        {
            Add(new HistoryMessage(HistoryMessageType.Ai, patch.Output));
        }

        return result;
    }

    private void Add(HistoryMessage message)
    {
        messages.AddLast(message);
        bytes += Size(message);
        while (bytes > maxBytes && messages.First is { } oldest)
        {
            bytes -= Size(oldest.Value);
            messages.RemoveFirst();
            omitted++;
        }
    }

    private static int Size(HistoryMessage message) => MessageBytes + Encoding.UTF8.GetByteCount(message.Content);
}

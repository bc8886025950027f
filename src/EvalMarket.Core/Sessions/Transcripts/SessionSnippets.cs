using System.Text;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Sessions.Transcripts;

/// <summary>Shows where a search matched, for the sessions of one page of a list.</summary>
public sealed class SessionSnippets(SessionFiles files)
{
    private const int Length = 160;

    /// <summary>Sessions of more messages are not looked through.</summary>
    private const int MostMessages = 200;

    /// <summary>
    /// A piece of text for each session whose title does not hold all words by itself: of the preview, which is in the row, or else of the
    /// messages, as far as search sees them.
    /// </summary>
    public async Task<IReadOnlyDictionary<SessionId, string>> OfAsync(IReadOnlyList<SessionRow> rows, string? query, CancellationToken cancellationToken)
    {
        var snippets = new Dictionary<SessionId, string>();
        if (string.IsNullOrEmpty(query) || SearchWords.OfQuery(query) is not { Count: > 0 } words)
        {
            return snippets;
        }

        foreach (var row in rows)
        {
            var missing = words.Where(word => SearchMatches.Of(row.Title, [word]).Count == 0).ToList();
            if (missing.Count > 0 && (SearchMatches.Snippet(row.Preview, missing, Length) ?? await OfMessagesAsync(row, missing, cancellationToken)) is { } snippet)
            {
                snippets[row.Id] = snippet;
            }
        }

        return snippets;
    }

    private async Task<string?> OfMessagesAsync(SessionRow row, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        if (row.MessageCount > MostMessages)
        {
            return null;
        }

        var bytesLeft = SessionIndexing.SearchBytes;
        try
        {
            await foreach (var message in files.ReadMessagesAsync(row, cancellationToken))
            {
                if (SearchMatches.Snippet(message.Content, words, Length) is { } snippet)
                {
                    return snippet;
                }

                bytesLeft -= Encoding.UTF8.GetByteCount(message.Content);
                if (bytesLeft <= 0)
                {
                    return null;
                }
            }
        }
        catch (StorageException)
        {
            // Replaced or deleted since the row was read, or damaged: the list is no place to say so, the session's page does.
        }

        return null;
    }
}

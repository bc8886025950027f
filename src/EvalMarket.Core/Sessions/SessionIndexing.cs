using System.Text;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions;

/// <summary>What of a session's content goes into its index row.</summary>
public static class SessionIndexing
{
    public const int PreviewLength = 300;

    public const int TitleLength = 120;

    /// <summary>Bytes of text (as UTF-8) of one session that search sees.</summary>
    public const int SearchBytes = 32 * 1024;

    /// <summary>The beginning of the first prompt, on one line.</summary>
    public static string PreviewOf(IReadOnlyList<Message> messages) =>
        OneLine(messages.FirstOrDefault(m => m.Role == MessageRole.User && m.Content.Length > 0)?.Content
            ?? messages.FirstOrDefault(m => m.Content.Length > 0)?.Content ?? "", PreviewLength);

    /// <summary>Runs of white space become one space; cut at <paramref name="length"/> with an ellipsis, never inside a surrogate pair.</summary>
    public static string OneLine(string text, int length)
    {
        var line = new StringBuilder(Math.Min(text.Length, length));
        foreach (var c in text)
        {
            if (line.Length > length)
            {
                break;
            }

            if (!char.IsWhiteSpace(c) && !char.IsControl(c))
            {
                line.Append(c);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        var result = line.ToString().TrimEnd();
        if (result.Length <= length)
        {
            return result;
        }

        var cut = length - 1;
        return result[..(char.IsHighSurrogate(result[cut - 1]) ? cut - 1 : cut)].TrimEnd() + "…";
    }

    /// <summary>The words under which the session is found: of its title first, then of its messages, up to <see cref="SearchBytes"/>.</summary>
    public static IReadOnlyCollection<string> WordsOf(string title, IReadOnlyList<Message> messages)
    {
        var words = new SearchWords(SearchBytes);
        words.Add(title);
        foreach (var message in messages)
        {
            if (!words.Add(message.Content))
            {
                break;
            }
        }

        return words.Words;
    }
}

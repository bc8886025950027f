using System.Text;

namespace EvalMarket.Core.Sessions;

/// <summary>
/// Cuts text into the words that search compares: runs of letters and digits, lower-case. What joins words in code
/// (<c>ledger_entries.currency</c>) separates them here, so every part is found. Scripts without spaces between words
/// (Chinese, Japanese, Thai, …) are cut into single characters. The same on every database, because it is done here.
/// </summary>
public sealed class SearchWords(int maxBytes)
{
    /// <summary>Longer runs (hashes, base64) are cut here: nobody types more.</summary>
    public const int MaxWordLength = 64;

    private readonly HashSet<string> words = new(StringComparer.Ordinal);
    private int bytesLeft = maxBytes;

    public IReadOnlyCollection<string> Words => words;

    /// <summary>The words of what somebody typed, in order, each once; at most 16.</summary>
    public static IReadOnlyList<string> OfQuery(string query)
    {
        var found = new SearchWords(2048);
        found.Add(query);
        return [.. found.words.Take(16)];
    }

    /// <summary>False when the limit is reached.</summary>
    public bool Add(string text)
    {
        var word = new StringBuilder(MaxWordLength);
        foreach (var rune in text.EnumerateRunes())
        {
            bytesLeft -= rune.Utf8SequenceLength;
            if (bytesLeft < 0)
            {
                break;
            }

            if (!Rune.IsLetterOrDigit(rune))
            {
                Flush(word);
            }
            else if (IsWrittenWithoutSpaces(rune.Value))
            {
                Flush(word);
                words.Add(rune.ToString());
            }
            else if (word.Length < MaxWordLength - 1)
            {
                word.Append(Rune.ToLowerInvariant(rune).ToString());
            }
        }

        Flush(word);
        return bytesLeft > 0;
    }

    internal static bool IsWrittenWithoutSpaces(int codePoint) =>
        codePoint is (>= 0x0E00 and <= 0x0EFF) or (>= 0x2E80 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);

    private void Flush(StringBuilder word)
    {
        if (word.Length > 0)
        {
            words.Add(word.ToString());
            word.Clear();
        }
    }
}

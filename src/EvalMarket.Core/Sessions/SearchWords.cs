using System.Text;

namespace EvalMarket.Core.Sessions;

/// <summary>Gets a word; it is good until the next one.</summary>
public delegate void WordFound(ReadOnlySpan<char> word);

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
        var known = words.GetAlternateLookup<ReadOnlySpan<char>>();
        return Cut(text, ref bytesLeft, word => known.Add(word));
    }

    /// <summary>Gives every word of a text, in order, repeated ones too.</summary>
    /// <param name="text">Any.</param>
    /// <param name="bytesLeft">How many bytes (as UTF-8) may still be looked at; what was is taken off.</param>
    /// <param name="found">Gets each word.</param>
    /// <returns>False when the limit is reached.</returns>
    public static bool Cut(ReadOnlySpan<char> text, ref int bytesLeft, WordFound found)
    {
        Span<char> word = stackalloc char[MaxWordLength + 1];
        var length = 0;
        for (var i = 0; i < text.Length;)
        {
            var character = text[i];
            if (char.IsAscii(character))
            {
                // Most of all text: the same as below, without the detour.
                i++;
                if (--bytesLeft < 0)
                {
                    break;
                }

                if (!char.IsAsciiLetterOrDigit(character))
                {
                    Flush(word, ref length, found);
                }
                else if (length < MaxWordLength - 1)
                {
                    word[length++] = (char)(char.IsAsciiLetterUpper(character) ? character | 0x20 : character);
                }

                continue;
            }

            Rune.DecodeFromUtf16(text[i..], out var rune, out var consumed);
            i += consumed;
            bytesLeft -= rune.Utf8SequenceLength;
            if (bytesLeft < 0)
            {
                break;
            }

            if (!Rune.IsLetterOrDigit(rune))
            {
                Flush(word, ref length, found);
            }
            else if (IsWrittenWithoutSpaces(rune.Value))
            {
                Flush(word, ref length, found);
                length = rune.EncodeToUtf16(word);
                Flush(word, ref length, found);
            }
            else if (length < MaxWordLength - 1)
            {
                length += Rune.ToLowerInvariant(rune).EncodeToUtf16(word[length..]);
            }
        }

        Flush(word, ref length, found);
        return bytesLeft > 0;
    }

    internal static bool IsWrittenWithoutSpaces(int codePoint) =>
        codePoint is (>= 0x0E00 and <= 0x0EFF) or (>= 0x2E80 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);

    private static void Flush(ReadOnlySpan<char> word, ref int length, WordFound found)
    {
        if (length > 0)
        {
            found(word[..length]);
            length = 0;
        }
    }
}

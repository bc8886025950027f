using System.Text;

namespace EvalMarket.Core.Sessions.Transcripts;

/// <summary>Where the words of a search are in a text: at the beginnings of its words, as search itself finds them.</summary>
public static class SearchMatches
{
    /// <summary>Ranges of the text, in order, that do not overlap.</summary>
    /// <param name="words">Of <see cref="SearchWords.OfQuery"/>.</param>
    public static IReadOnlyList<Range> Of(string text, IReadOnlyList<string> words)
    {
        var found = new List<Range>();
        var isInWord = false;
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
            if (!Rune.IsLetterOrDigit(rune))
            {
                isInWord = false;
            }
            else if (SearchWords.IsWrittenWithoutSpaces(rune.Value) || !isInWord)
            {
                isInWord = !SearchWords.IsWrittenWithoutSpaces(rune.Value);
                if (words.Select(word => LengthAt(text, at, word)).DefaultIfEmpty().Max() is > 0 and var match)
                {
                    found.Add(at..(at + match));
                    at += match;
                    continue;
                }
            }

            at += length;
        }

        return found;
    }

    /// <summary>A piece of the text around its first match, on one line; null when nothing matches.</summary>
    public static string? Snippet(string text, IReadOnlyList<string> words, int length)
    {
        if (Of(text, words) is not [var first, ..])
        {
            return null;
        }

        var begin = Math.Max(0, first.Start.Value - (length / 4));
        if (begin > 0)
        {
            // At a space, so that no word is cut.
            var space = text.AsSpan(begin, first.Start.Value - begin).IndexOfAny(' ', '\n');
            begin = space < 0 ? begin : begin + space + 1;
            begin = char.IsLowSurrogate(text[begin]) ? begin + 1 : begin;
        }

        return (begin > 0 ? "…" : "") + SessionIndexing.OneLine(text[begin..], length);
    }

    /// <summary>How much of the text the word takes up there; 0 when it does not stand there.</summary>
    private static int LengthAt(string text, int at, string word)
    {
        var begin = at;
        foreach (var wanted in word.EnumerateRunes())
        {
            if (at >= text.Length)
            {
                return 0;
            }

            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
            if (Rune.ToLowerInvariant(rune) != wanted)
            {
                return 0;
            }

            at += length;
        }

        return at - begin;
    }
}

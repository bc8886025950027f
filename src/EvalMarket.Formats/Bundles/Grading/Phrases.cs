using System.Globalization;
using System.Text;

namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>Finds phrases in folded text by whole words, and tells whether the text affirms or denies them.</summary>
internal static class Phrases
{
    /// <summary>Whether the phrase is in the text at least once without being denied. A phrase that is itself a denial ("not found") is only looked for.</summary>
    public static bool IsAffirmed(string text, string phrase) => LastAffirmed(text, phrase) >= 0;

    /// <summary>Where the phrase stands for the last time without being denied; -1 for nowhere.</summary>
    public static int LastAffirmed(string text, string phrase)
    {
        var isDenial = Denials.Has(phrase);
        for (var at = text.LastIndexOf(phrase, StringComparison.Ordinal); at >= 0; at = at == 0 ? -1 : text.LastIndexOf(phrase, at + phrase.Length - 2, StringComparison.Ordinal))
        {
            var end = at + phrase.Length;
            if (IsStart(text, at) && IsEnd(text, end) && (isDenial || !Denials.IsDenied(text, at, end)))
            {
                return at;
            }
        }

        return -1;
    }

    public static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_' || char.IsSurrogate(character)
        || char.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsStart(string text, int at)
    {
        if (at == 0)
        {
            return true;
        }

        var (before, first) = (text[at - 1], text[at]);
        if (IsWord(before) && IsWord(first))
        {
            return IsUnspaced(text, at - 1) || IsUnspaced(text, at);
        }

        if (!char.IsDigit(first))
        {
            return true;
        }

        // 5 is not in 2.5 or in -5; it is in 3-5.
        return before switch
        {
            '.' or ',' => at < 2 || !char.IsDigit(text[at - 2]),
            '-' => at >= 2 && IsWord(text[at - 2]),
            _ => true,
        };
    }

    private static bool IsEnd(string text, int end)
    {
        if (end == text.Length)
        {
            return true;
        }

        var (last, next) = (text[end - 1], text[end]);
        if (IsWord(last) && IsWord(next))
        {
            return IsUnspaced(text, end) || IsUnspaced(text, end - 1);
        }

        var afterNext = end + 1 < text.Length ? text[end + 1] : '\0';
        return next switch
        {
            '.' or ',' when char.IsDigit(last) => !char.IsDigit(afterNext),
            // C is not C++ or C#.
            '+' or '#' when char.IsLetter(last) => false,
            // "don" is not in "don't", but "Paris" is in "Paris's".
            '\'' when char.IsLetter(last) && char.IsLetter(afterNext) => afterNext == 's' && (end + 2 >= text.Length || !IsWord(text[end + 2])),
            _ => true,
        };
    }

    /// <summary>Scripts that put no spaces between words: Han, kana, Thai, Lao, Khmer, Burmese. Where their words end, nobody can see.</summary>
    private static bool IsUnspaced(string text, int at)
    {
        var index = char.IsLowSurrogate(text[at]) && at > 0 ? at - 1 : at;
        return Rune.TryGetRuneAt(text, index, out var rune) && rune.Value is
            (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF) or (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF) or (>= 0x20000 and <= 0x3FFFF);
    }
}

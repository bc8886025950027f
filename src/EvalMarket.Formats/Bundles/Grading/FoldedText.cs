using System.Globalization;
using System.Text;

namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>Text as it is compared: compatibility form, case folded, quotes and dashes in their plain shape, each run of spaces one space, line breaks kept as one line break.</summary>
internal static class FoldedText
{
    public static string Of(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in CompatibilityForm.Of(text).EnumerateRunes())
        {
            if (rune.Value is '\n' or '\r' or 0x2028 or 0x2029)
            {
                Break(result, '\n');
            }
            else if (Rune.IsWhiteSpace(rune))
            {
                Break(result, ' ');
            }
            else
            {
                Fold(rune, result);
            }
        }

        return result.ToString().Trim();
    }

    /// <summary>For comparing whole answers: also without the quotes, emphasis and full stop that people and models put around them.</summary>
    public static string OfAnswer(string text)
    {
        var folded = Of(text).Replace('\n', ' ');
        string before;
        do
        {
            before = folded;
            if (folded.EndsWith('.') && !folded.EndsWith("..", StringComparison.Ordinal))
            {
                folded = folded[..^1].TrimEnd();
            }

            if (folded.Length > 2 && folded[0] == folded[^1] && folded[0] is '"' or '\'' or '`' or '*' or '_')
            {
                folded = folded[1..^1].Trim();
            }
        }
        while (folded.Length > 0 && folded != before);

        return folded;
    }

    private static void Break(StringBuilder result, char with)
    {
        if (result.Length > 0 && result[^1] is ' ' or '\n')
        {
            if (with == '\n')
            {
                result[^1] = '\n';
            }
        }
        else
        {
            result.Append(with);
        }
    }

    private static void Fold(Rune rune, StringBuilder result)
    {
        switch (rune.Value)
        {
            // Soft hyphen, zero width space, word joiner, byte order mark: nobody sees them.
            case 0xAD or 0x200B or 0x2060 or 0xFEFF:
                return;
            case 0x2018 or 0x2019 or 0x201A or 0x201B or 0x2032:
                result.Append('\'');
                return;
            case 0x201C or 0x201D or 0x201E or 0x201F or 0xAB or 0xBB:
                result.Append('"');
                return;
            case 0x2010 or 0x2011 or 0x2012 or 0x2013 or 0x2212:
                result.Append('-');
                return;
            case 0xDF or 0x1E9E:
                result.Append("ss");
                return;
            default:
                // By way of upper case, so that both kinds of small sigma become one.
                result.Append(Rune.ToLower(Rune.ToUpper(rune, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
                return;
        }
    }
}

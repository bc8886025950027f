using System.Globalization;
using System.Text;

namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>
/// Finds the numbers of a text: signs, currencies, percent and per mille, thousands separators, decimal commas where they are unambiguous, scientific notation, fractions, powers, words such as
/// million. Units behind a number are passed over. Digits of names (<c>H2O</c>, <c>GPT-4</c>, <c>1.2.3</c>, dates) are none.
/// </summary>
internal static class NumberText
{
    private const string CurrencySigns = "$€£¥₹₩₽₺₫₪₦฿₴₱";

    private static readonly HashSet<string> CurrencyCodes = new(StringComparer.Ordinal)
    {
        "usd", "eur", "gbp", "jpy", "chf", "cad", "aud", "nzd", "inr", "cny", "rmb", "sek", "nok", "dkk", "pln", "czk", "brl", "mxn", "krw", "zar", "sgd", "hkd", "rs", "us",
    };

    private static readonly (string Word, int Exponent)[] Magnitudes =
        [("hundred", 2), ("thousand", 3), ("million", 6), ("mio", 6), ("mn", 6), ("billion", 9), ("bn", 9), ("trillion", 12)];

    private static readonly string[] PercentWords = ["%", "percent", "per cent", "pct"];

    /// <summary>All numbers, in order.</summary>
    public static IReadOnlyList<NumberValue> All(string text) => [.. Scan(Prepare(text)).Select(found => found.Value)];

    /// <summary>The number that the text is, with nothing but a currency and punctuation around it; null when it is something else.</summary>
    public static NumberValue? Whole(string text)
    {
        var prepared = Prepare(text);
        var found = Scan(prepared);
        if (found.Count != 1)
        {
            return null;
        }

        var rest = prepared[..found[0].Start].Trim() + prepared[found[0].End..].Trim();
        return CurrencyCodes.Contains(rest) || rest.All(character => "+-.~≈".Contains(character, StringComparison.Ordinal) || CurrencySigns.Contains(character, StringComparison.Ordinal)) ? found[0].Value : null;
    }

    /// <summary>The folded text, in which raised digits are powers and the spaces of thousands are told from others.</summary>
    private static string Prepare(string text)
    {
        var result = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            var digit = "⁰¹²³⁴⁵⁶⁷⁸⁹".IndexOf(text[i], StringComparison.Ordinal);
            var isSign = text[i] is '⁻' or '⁺';
            if (digit >= 0 || isSign)
            {
                if (result.Length == 0 || !(i > 0 && "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺".Contains(text[i - 1], StringComparison.Ordinal)))
                {
                    result.Append('^');
                }

                result.Append(digit >= 0 ? (char)('0' + digit) : text[i] == '⁻' ? '-' : '+');
            }
            else
            {
                var isBetweenDigits = i > 0 && i + 1 < text.Length && char.IsAsciiDigit(text[i - 1]) && char.IsAsciiDigit(text[i + 1]);
                // "1½" is 1 1/2, not 11/2.
                if (i > 0 && char.IsAsciiDigit(text[i - 1]) && char.GetUnicodeCategory(text[i]) == UnicodeCategory.OtherNumber)
                {
                    result.Append(' ');
                }

                result.Append(isBetweenDigits && text[i] is '\u00A0' or '\u202F' or '\u2009' ? '_' : text[i]);
            }
        }

        return FoldedText.Of(result.ToString()).Replace('\u2044', '/');
    }

    private static List<Found> Scan(string text)
    {
        List<Found> found = [];
        var at = 0;
        while (at < text.Length)
        {
            if (!IsDigit(text, at) && !(text[at] == '.' && IsDigit(text, at + 1) && !IsDigit(text, at - 1)))
            {
                at++;
                continue;
            }

            if (IsPartOfName(text, at))
            {
                at = EndOfName(text, at);
                continue;
            }

            var run = NumberRun.Read(text, at);
            if (run.Mantissa is not { } mantissa)
            {
                at = run.End;
                continue;
            }

            var (isNegative, hasCurrency) = Before(text, at);
            var end = run.End;
            if (IsFraction(text, run, ref end, out var divisor))
            {
                if (divisor is not null && Divide(mantissa, divisor, isNegative) is { } quotient)
                {
                    found.Add(Suffixed(text, at, ref end, quotient, hasCurrency));
                }
            }
            else
            {
                var exponent = Exponent(text, ref end, mantissa, out var power);
                var value = power ?? Value(isNegative ? "-" + mantissa : mantissa, exponent);
                found.Add(Suffixed(text, at, ref end, value, hasCurrency));
            }

            at = end;
        }

        return found;
    }

    private static bool IsDigit(string text, int at) => at >= 0 && at < text.Length && char.IsAsciiDigit(text[at]);

    private static bool IsNameLetter(char character) => (char.IsLetter(character) && character < '\u0E00') || character == '_';

    /// <summary>Digits right behind a letter, or behind a letter and a hyphen, are a name's, unless the letters are a currency; those behind "^" are a power.</summary>
    private static bool IsPartOfName(string text, int at)
    {
        if (at == 0)
        {
            return false;
        }

        var before = text[at - 1];
        if (before == '^')
        {
            return true;
        }

        if (before == '-' && at > 1 && IsNameLetter(text[at - 2]))
        {
            return true;
        }

        if (!IsNameLetter(before))
        {
            return false;
        }

        var start = at;
        while (start > 0 && IsNameLetter(text[start - 1]))
        {
            start--;
        }

        // "x10" in "3x10" is multiplication.
        return !CurrencyCodes.Contains(text[start..at]) && !(text[start..at] == "x" && IsDigit(text, start - 1));
    }

    private static int EndOfName(string text, int at)
    {
        at++;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || IsNameLetter(text[at]) || (text[at] is '.' or '-' or '\'' && at + 1 < text.Length && (char.IsAsciiDigit(text[at + 1]) || IsNameLetter(text[at + 1])))))
        {
            at++;
        }

        return at;
    }

    /// <summary>Sign and currency before a number: "-5", "-$5", "$-5", "$ 5", "US$5".</summary>
    private static (bool IsNegative, bool HasCurrency) Before(string text, int at)
    {
        var isNegative = false;
        var hasCurrency = false;
        for (at--; at >= 0; at--)
        {
            if (text[at] == '-')
            {
                // Between two numbers it is a range or a date, before a space a dash.
                isNegative = at == 0 || !(Phrases.IsWord(text[at - 1]) || text[at - 1] is ')' or '%');
                return (isNegative, hasCurrency || (at > 0 && CurrencySigns.Contains(text[at - 1], StringComparison.Ordinal)));
            }

            if (CurrencySigns.Contains(text[at], StringComparison.Ordinal))
            {
                hasCurrency = true;
            }
            else if (text[at] != ' ' || at == 0 || !CurrencySigns.Contains(text[at - 1], StringComparison.Ordinal))
            {
                break;
            }
        }

        return (isNegative, hasCurrency);
    }

    /// <summary>"3/4": a number, when what is above and below the line is whole. "3/4/2024" is none.</summary>
    private static bool IsFraction(string text, NumberRun run, ref int end, out string? divisor)
    {
        divisor = null;
        if (end + 1 >= text.Length || text[end] != '/' || !IsDigit(text, end + 1) || run.Mantissa!.Contains('.', StringComparison.Ordinal))
        {
            return false;
        }

        var below = NumberRun.Read(text, end + 1);
        end = below.End;
        divisor = below.Mantissa;
        while (end + 1 < text.Length && text[end] == '/' && IsDigit(text, end + 1))
        {
            end = NumberRun.Read(text, end + 1).End;
            divisor = null;
        }

        return true;
    }

    private static NumberValue? Divide(string above, string below, bool isNegative)
    {
        var (numerator, denominator) = (Value(isNegative ? "-" + above : above, 0), Value(below, 0));
        return denominator.Approximate == 0 ? null : new NumberValue(numerator.Exact / denominator.Exact, numerator.Approximate / denominator.Approximate);
    }

    /// <summary>"1e5", "1 x 10^5", "10^5".</summary>
    private static int Exponent(string text, ref int end, string mantissa, out NumberValue? power)
    {
        power = null;
        if (Integer(text, end, 'e', out var value, out var after) && (after == text.Length || !char.IsLetter(text[after])))
        {
            end = after;
            return value;
        }

        if (Integer(text, end, '^', out value, out after))
        {
            end = after;
            var result = Math.Pow(double.Parse(mantissa, CultureInfo.InvariantCulture), value);
            power = double.IsFinite(result) && Math.Abs(result) < 1e15 ? Value(result.ToString("R", CultureInfo.InvariantCulture), 0) : new NumberValue(null, result);
            return 0;
        }

        var at = end;
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }

        if (at < text.Length && text[at] is 'x' or '*' or '×' or '·')
        {
            at++;
            while (at < text.Length && text[at] == ' ')
            {
                at++;
            }

            if (string.CompareOrdinal(text, at, "10", 0, 2) == 0
                && (Integer(text, at + 2, '^', out value, out after) || (at + 3 < text.Length && text[at + 2] == '*' && Integer(text, at + 3, '*', out value, out after))))
            {
                end = after;
                return value;
            }
        }

        return 0;
    }

    /// <summary>A mark, perhaps a sign or a bracket, and up to four digits.</summary>
    private static bool Integer(string text, int at, char mark, out int value, out int end)
    {
        (value, end) = (0, at);
        if (at >= text.Length || text[at] != mark)
        {
            return false;
        }

        at++;
        var isOpen = at < text.Length && text[at] is '(' or '{';
        at += isOpen ? 1 : 0;
        var sign = at < text.Length && text[at] == '-' ? -1 : 1;
        at += at < text.Length && text[at] is '-' or '+' ? 1 : 0;
        var first = at;
        while (IsDigit(text, at) && at - first < 4)
        {
            value = (value * 10) + text[at] - '0';
            at++;
        }

        value *= sign;
        end = at + (isOpen && at < text.Length && text[at] is ')' or '}' ? 1 : 0);
        return at > first;
    }

    /// <summary>Percent, thousand, million and the like behind a number.</summary>
    private static Found Suffixed(string text, int start, ref int end, NumberValue value, bool hasCurrency)
    {
        if (end < text.Length && !IsDigit(text, end + 1) && (end + 1 == text.Length || !char.IsLetter(text[end + 1])))
        {
            var exponent = text[end] switch { 'k' => 3, 'm' when hasCurrency => 6, 'b' when hasCurrency => 9, _ => 0 };
            if (exponent > 0)
            {
                end++;
                return new Found(start, end, value.Shifted(exponent));
            }
        }

        var at = end < text.Length && text[end] == ' ' ? end + 1 : end;
        foreach (var (word, exponent) in Magnitudes)
        {
            if (IsWordAt(text, at, word) || IsWordAt(text, at, word + "s"))
            {
                end = at + word.Length + (IsWordAt(text, at, word) ? 0 : 1);
                return new Found(start, end, value.Shifted(exponent));
            }
        }

        foreach (var word in PercentWords)
        {
            if (IsWordAt(text, at, word))
            {
                end = at + word.Length;
                return new Found(start, end, value.Shifted(-2));
            }
        }

        if (IsWordAt(text, at, "‰"))
        {
            end = at + 1;
            return new Found(start, end, value.Shifted(-3));
        }

        return new Found(start, end, value);
    }

    private static bool IsWordAt(string text, int at, string word)
    {
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
        {
            return false;
        }

        var end = at + word.Length;
        return end >= text.Length || !char.IsLetter(word[^1]) || !char.IsLetter(text[end]);
    }

    private static NumberValue Value(string mantissa, int exponent) => NumberValue.Parse(string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{exponent}"));

    private sealed record Found(int Start, int End, NumberValue Value);
}

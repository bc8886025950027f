namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>
/// Digits and the marks between them, and what they mean. A point alone is a decimal point; a comma alone is a thousands separator before exactly three digits (but not in 0,123 or 1234,567), else a
/// decimal comma; of both kinds the last one is the decimal mark; several of one kind are thousands separators when the groups are right, else commas part several numbers and points no number at all.
/// </summary>
/// <param name="Mantissa">With a decimal point, if any; null when the digits are no number.</param>
/// <param name="End">Behind what was read.</param>
internal readonly record struct NumberRun(string? Mantissa, int End)
{
    private const int Group = 3;

    public static NumberRun Read(string text, int start)
    {
        List<string> groups = [];
        List<char> marks = [];
        var at = start;
        while (true)
        {
            var first = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            groups.Add(text[first..at]);
            if (at + 1 >= text.Length || text[at] is not ('.' or ',' or '\'' or '_') || !char.IsAsciiDigit(text[at + 1]))
            {
                break;
            }

            marks.Add(text[at]);
            at++;
        }

        if (marks.Count == 0)
        {
            return Spaced(text, groups[0], at);
        }

        if (groups[0].Length == 0)
        {
            // ".5"
            return marks is ['.'] ? new("0." + groups[1], at) : new(null, at);
        }

        var last = marks[^1];
        var others = marks[..^1];
        var isLastDecimal = last is '.' or ',' && !others.Contains(last) && (others.Count > 0 ? others.Distinct().Count() == 1 && AreThousands(groups[..^1]) : last == '.' || !IsThousandsComma(groups));
        if (isLastDecimal)
        {
            return new(string.Concat(groups[..^1]) + "." + groups[^1], at);
        }

        if (marks.Distinct().Count() == 1 && (AreThousands(groups) || (last == ',' && AreIndian(groups))))
        {
            return new(string.Concat(groups), at);
        }

        // "1,2,3" are three numbers; "1.2.3" is a version or a date.
        return marks.Contains('.') ? new(null, at) : new(groups[0], start + groups[0].Length);
    }

    private static bool IsThousandsComma(List<string> groups) => AreThousands(groups) && groups[0] != "0";

    private static bool AreThousands(List<string> groups) => groups[0].Length is >= 1 and <= Group && groups.Skip(1).All(group => group.Length == Group);

    /// <summary>12,34,567</summary>
    private static bool AreIndian(List<string> groups) =>
        groups.Count > 2 && groups[0].Length is 1 or 2 && groups[^1].Length == Group && groups.Skip(1).SkipLast(1).All(group => group.Length == 2);

    /// <summary>"1 234 567": two groups or more behind the first; one alone may be two numbers.</summary>
    private static NumberRun Spaced(string text, string digits, int end)
    {
        if (digits.Length is 0 or > Group)
        {
            return new(digits, end);
        }

        var at = end;
        var all = digits;
        var groups = 0;
        while (at + Group < text.Length && text[at] == ' ' && text.AsSpan(at + 1, Group).IndexOfAnyExceptInRange('0', '9') < 0
            && (at + 1 + Group == text.Length || !char.IsLetterOrDigit(text[at + 1 + Group])))
        {
            all += text.Substring(at + 1, Group);
            at += 1 + Group;
            groups++;
        }

        if (groups < 2)
        {
            return new(digits, end);
        }

        if (at + 1 < text.Length && text[at] is '.' or ',' && char.IsAsciiDigit(text[at + 1]))
        {
            var first = ++at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            all += "." + text[first..at];
        }

        return new(all, at);
    }
}

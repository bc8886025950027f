namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>
/// Takes yes or no out of an answer. A first word that decides, decides; else the last word that says so does, turned by a denial before it ("not true" is no). "Yes or no" and the like ask and do not
/// answer; "yes and no" is neither.
/// </summary>
internal static class YesNo
{
    private static readonly HashSet<string> Positive = new(StringComparer.Ordinal) { "yes", "true", "correct", "affirmative", "yep", "yeah" };
    private static readonly HashSet<string> Negative = new(StringComparer.Ordinal) { "false", "incorrect", "wrong", "untrue", "nope", "negative" };
    private static readonly HashSet<string> Pronouns = new(StringComparer.Ordinal) { "it", "that", "this", "these", "those", "they", "he", "she", "there", "you", "i", "we" };
    private static readonly string[] Questions = ["yes or no", "no or yes", "yes/no", "true or false", "false or true", "true/false", "correct or incorrect", "whether true", "if true"];
    private const int WordsBefore = 3;

    /// <summary>True for yes, false for no, null for neither.</summary>
    public static bool? Of(string answer)
    {
        var text = FoldedText.OfAnswer(answer);
        switch (text)
        {
            case "1" or "y" or "t":
                return true;
            case "0" or "n" or "f":
                return false;
        }

        text = FoldedText.Of(answer);
        if (text.Contains("yes and no", StringComparison.Ordinal))
        {
            return null;
        }

        foreach (var question in Questions)
        {
            text = text.Replace(question, " ", StringComparison.Ordinal);
        }

        var clauses = Clauses(text);
        return First(clauses) ?? Last(clauses);
    }

    private static bool? First(List<string[]> clauses)
    {
        if (clauses.Count == 0)
        {
            return null;
        }

        var words = clauses[0];
        if (words[0] is "yes" or "yep" or "yeah")
        {
            return true;
        }

        if (words[0] is "no" or "nope" && (words.Length == 1 || Pronouns.Contains(words[1])))
        {
            return false;
        }

        return words switch
        {
            ["true"] => true,
            ["false"] => false,
            _ => null,
        };
    }

    private static bool? Last(List<string[]> clauses)
    {
        for (var clause = clauses.Count - 1; clause >= 0; clause--)
        {
            var words = clauses[clause];
            for (var i = words.Length - 1; i >= 0; i--)
            {
                if (Verdict(words, i) is { } verdict)
                {
                    return IsTurned(words, i) ? !verdict : verdict;
                }
            }

            // "It is not."
            if (Denials.IsDenial(words[^1]))
            {
                return false;
            }
        }

        return null;
    }

    /// <summary>"No" counts at the end of a clause only: "the answer is no", but not "no doubt".</summary>
    private static bool? Verdict(string[] words, int at) =>
        Positive.Contains(words[at]) ? true : Negative.Contains(words[at]) || (words[at] == "no" && at == words.Length - 1) ? false : null;

    private static bool IsTurned(string[] words, int at) =>
        words[Math.Max(0, at - WordsBefore)..at].Count(Denials.IsDenial) % 2 == 1;

    private static List<string[]> Clauses(string text)
    {
        List<string[]> clauses = [];
        var start = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at == text.Length || Denials.EndsClause(text, at))
            {
                var words = Denials.Split(text[start..at]);
                if (words.Length > 0)
                {
                    clauses.Add(words);
                }

                start = at + 1;
            }
        }

        return clauses;
    }
}

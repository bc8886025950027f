namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>
/// Tells whether folded English text denies what stands at a place: a word of denial at most four words before it in the same clause ("it is not Paris"), or "is not" and the like right after it
/// ("Paris is not the capital"). A clause ends at punctuation, a line's end, and "but".
/// </summary>
internal static class Denials
{
    private const int WordsBefore = 4;

    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "not", "never", "neither", "nor", "cannot", "without", "except", "excluding", "unlike", "isn't", "wasn't", "aren't", "weren't", "doesn't", "don't", "didn't", "can't", "couldn't", "won't",
        "wouldn't", "shouldn't", "hasn't", "haven't", "hadn't", "ain't",
    };

    private static readonly HashSet<string> Copulas = new(StringComparer.Ordinal) { "is", "was", "are", "were" };

    private static readonly HashSet<string> Contracted = new(StringComparer.Ordinal) { "isn't", "wasn't", "aren't", "weren't" };

    private static readonly HashSet<string> Refusals = new(StringComparer.Ordinal) { "wrong", "incorrect", "false", "untrue" };

    /// <summary>After "not", they take the denial back.</summary>
    private static readonly HashSet<string> Only = new(StringComparer.Ordinal) { "only", "just", "merely", "simply" };

    public static bool IsDenial(string word) => Words.Contains(word);

    /// <summary>Whether a phrase has a word of denial.</summary>
    public static bool Has(string phrase) => Split(phrase).Any(word => Words.Contains(word) || word is "no" or "none");

    /// <summary>Whether what stands from <paramref name="start"/> to <paramref name="end"/> is denied.</summary>
    public static bool IsDenied(string text, int start, int end) => IsDeniedBefore(text[ClauseStart(text, start)..start]) || IsDeniedAfter(text[end..ClauseEnd(text, end)]);

    /// <summary>Whether a clause denies what comes next.</summary>
    private static bool IsDeniedBefore(string clause)
    {
        if (clause.EndsWith("non-", StringComparison.Ordinal))
        {
            return true;
        }

        var words = Split(clause);
        // "No Paris", but not "no doubt Paris".
        if (words is [.., "no"] or [.., "instead", "of"] or [.., "rather", "than"] or [.., "other", "than"])
        {
            return true;
        }

        for (var i = words.Length - 1; i >= 0 && i >= words.Length - WordsBefore; i--)
        {
            if (words[i] == "but")
            {
                return false;
            }

            if (Words.Contains(words[i]) && (i + 1 == words.Length || !Only.Contains(words[i + 1])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsDeniedAfter(string clause)
    {
        // Of another word, such as the second half of "Paris-based".
        if (clause.Length > 0 && clause[0] != ' ')
        {
            return false;
        }

        var words = Split(clause);
        return words switch
        {
            [var verb, "not", .. var rest] when Copulas.Contains(verb) => rest.Length == 0 || !Only.Contains(rest[0]),
            [var verb, var refusal, ..] when Copulas.Contains(verb) && Refusals.Contains(refusal) => true,
            [var contracted, .. var rest] when Contracted.Contains(contracted) => rest.Length == 0 || !Only.Contains(rest[0]),
            _ => false,
        };
    }

    private static int ClauseStart(string text, int at)
    {
        while (at > 0 && !EndsClause(text, at - 1))
        {
            at--;
        }

        return at;
    }

    private static int ClauseEnd(string text, int at)
    {
        while (at < text.Length && !EndsClause(text, at))
        {
            at++;
        }

        return at;
    }

    /// <summary>Punctuation, but not within a number or name: "3.5", "e.g".</summary>
    public static bool EndsClause(string text, int at) => text[at] switch
    {
        '\n' or ';' or '!' or '?' or '。' or '，' or '(' or ')' or '\u2014' => true,
        '.' or ',' or ':' => at + 1 == text.Length || !Phrases.IsWord(text[at + 1]),
        '-' => at > 0 && text[at - 1] == ' ' && at + 1 < text.Length && text[at + 1] == ' ',
        _ => false,
    };

    public static string[] Split(string text) =>
        [.. text.Split([' ', '"', '*', '`', '_', '\n', ',', '.', ':', ';', '!', '?', '(', ')', '[', ']'], StringSplitOptions.RemoveEmptyEntries)];
}

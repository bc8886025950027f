namespace EvalMarket.Core.Sessions;

/// <summary>The rule for tags, wherever they come from.</summary>
public static class SessionTags
{
    /// <summary>What is wrong with a tag, in a sentence; null when nothing is.</summary>
    public static string? Check(string tag, Limits limits) =>
        tag.Length == 0 ? "A tag has at least one character."
        : tag.Length > limits.TagLength ? $"Limits:TagLength allows {limits.TagLength} characters."
        : tag.Any(char.IsControl) ? "A tag has no control characters."
        : null;
}

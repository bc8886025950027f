using System.Text.RegularExpressions;

namespace EvalMarket.Core.Workspaces;

/// <summary>The rule for a workspace's name in addresses and folders.</summary>
public static partial class WorkspaceSlug
{
    public const int MaxLength = 40;

    public const string Rule = "2 to 40 characters: lower-case letters a–z, digits, and single hyphens between them.";

    public static bool IsValid(string? slug) => slug is { Length: >= 2 and <= MaxLength } && Pattern.IsMatch(slug);

    /// <summary>A slug made from a display name; may need a suffix to be free.</summary>
    public static string From(string name)
    {
        var slug = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        slug = Hyphens.Replace(slug, "-").Trim('-');
        slug = slug.Length > MaxLength - 6 ? slug[..(MaxLength - 6)].Trim('-') : slug;
        return slug.Length >= 2 ? slug : "workspace";
    }

    [GeneratedRegex(@"^[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern { get; }

    [GeneratedRegex("-+", RegexOptions.NonBacktracking)]
    private static partial Regex Hyphens { get; }
}

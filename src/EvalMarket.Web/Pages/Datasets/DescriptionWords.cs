using System.Text.RegularExpressions;

namespace EvalMarket.Web.Pages.Datasets;

/// <summary>A description in a line.</summary>
internal static partial class DescriptionWords
{
    private const int Longest = 220;

    /// <summary>The first paragraph of a Markdown text as plain words; "" when there is none.</summary>
    public static string Lede(string markdown)
    {
        var paragraph = markdown.ReplaceLineEndings("\n").Split("\n\n").Select(text => text.Trim()).FirstOrDefault(text => text.Length > 0 && text[0] != '#') ?? "";
        var words = Spaces().Replace(Marks().Replace(Links().Replace(paragraph.Length > 4 * Longest ? paragraph[..(4 * Longest)] : paragraph, "${text}"), ""), " ");
        return words.Length <= Longest ? words : $"{words[..(words.LastIndexOf(' ', Longest) is > 0 and var end ? end : Longest)]}…";
    }

    [GeneratedRegex(@"!?\[(?<text>[^\]\[]{0,300})\]\([^()]{0,500}\)", RegexOptions.NonBacktracking)]
    private static partial Regex Links();

    [GeneratedRegex(@"[*_`>#~|]", RegexOptions.NonBacktracking)]
    private static partial Regex Marks();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();
}

using EvalMarket.Core.Sessions.Transcripts;
using Microsoft.AspNetCore.Html;

namespace EvalMarket.Web.Pages.Shared.Lists;

/// <summary>Marks what a search found.</summary>
internal static class SearchHighlight
{
    /// <summary>The text, escaped, with its matches in <c>mark</c>.</summary>
    public static IHtmlContent Of(string text, IReadOnlyList<string> words)
    {
        var html = new HtmlContentBuilder();
        var at = 0;
        foreach (var match in words.Count == 0 ? [] : SearchMatches.Of(text, words))
        {
            html.Append(text[at..match.Start]).AppendHtml("<mark>").Append(text[match]).AppendHtml("</mark>");
            at = match.End.Value;
        }

        return html.Append(text[at..]);
    }
}

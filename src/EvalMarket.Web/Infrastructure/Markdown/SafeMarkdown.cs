using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Html;

namespace EvalMarket.Web.Infrastructure.Markdown;

/// <summary>
/// Markdown of strangers as HTML that can do nothing: no raw HTML, links only to web and mail addresses, no pictures from elsewhere
/// (they become links), no style attributes. What may stay is decided on the syntax tree, before any HTML exists.
/// </summary>
internal static class SafeMarkdown
{
    /// <summary>Longer texts are shown as they are: nobody reads them formatted, and the parser's time is bounded.</summary>
    public const int LongestFormatted = 200_000;

    private const int HeadingShift = 2;
    private const int LowestHeading = 6;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().UseTaskLists().UseEmphasisExtras().DisableHtml().Build();

    public static IHtmlContent Render(string text)
    {
        if (text.Length > LongestFormatted || Parse(text) is not { } document)
        {
            return new HtmlContentBuilder().AppendHtml("<p class=\"plain-text\">").Append(text).AppendHtml("</p>");
        }

        using var writer = new StringWriter { NewLine = "\n" };
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.Replace<CodeBlockRenderer>(new CopyableCodeRenderer());
        renderer.ObjectRenderers.Replace<HtmlTableRenderer>(new ScrollingTableRenderer());
        renderer.Render(document);
        return new HtmlString(writer.ToString());
    }

    /// <summary>Null for what the parser refuses: hundreds of levels of nesting.</summary>
    private static MarkdownDocument? Parse(string text)
    {
        MarkdownDocument document;
        try
        {
            document = Markdig.Markdown.Parse(text, Pipeline);
        }
        catch (ArgumentException)
        {
            return null;
        }

        foreach (var node in document.Descendants().ToList())
        {
            Tame(node);
        }

        Order(document.Descendants<HeadingBlock>());
        return document;
    }

    /// <summary>The page has its own first and second level; below, none is left out, whatever levels the text begins with or skips.</summary>
    private static void Order(IEnumerable<HeadingBlock> headings)
    {
        var above = new Stack<int>();
        foreach (var heading in headings)
        {
            while (above.TryPeek(out var level) && level >= heading.Level)
            {
                above.Pop();
            }

            above.Push(heading.Level);
            heading.Level = Math.Min(above.Count + HeadingShift, LowestHeading);
        }
    }

    private static void Tame(MarkdownObject node)
    {
        switch (node)
        {
            case LinkInline link:
                TameLink(link);
                break;
            case AutolinkInline link when !IsAllowed(link.IsEmail ? "mailto:" + link.Url : link.Url):
                link.ReplaceBy(new LiteralInline(link.Url));
                break;
            case AutolinkInline link:
                MarkAsForeign(link);
                break;
            case Table table:
                // Alignment would be a style attribute.
                table.ColumnDefinitions.ForEach(column => column.Alignment = null);
                break;
        }
    }

    private static void TameLink(LinkInline link)
    {
        if (link.GetDynamicUrl?.Invoke() is { } dynamic)
        {
            link.GetDynamicUrl = null;
            link.Url = dynamic;
        }

        if (link.IsImage && link.FirstChild is null)
        {
            link.AppendChild(new LiteralInline("image"));
        }

        link.IsImage = false;
        if (IsAllowed(link.Url))
        {
            MarkAsForeign(link);
            return;
        }

        var text = new ContainerInline();
        link.ReplaceBy(text, copyChildren: true);
    }

    private static void MarkAsForeign(IMarkdownObject link)
    {
        var attributes = link.GetAttributes();
        attributes.AddPropertyIfNotExist("rel", "noopener nofollow");
    }

    private static bool IsAllowed(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "mailto"
        && !address!.Any(char.IsControl);

    /// <summary>Code as the pages show it everywhere: its language above it, and a copy button.</summary>
    private sealed class CopyableCodeRenderer : HtmlObjectRenderer<CodeBlock>
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock obj)
        {
            var language = (obj as FencedCodeBlock)?.Info;
            renderer.EnsureLine();
            renderer.Write("<figure class=\"code\"><figcaption class=\"code-bar\"><span>")
                .WriteEscape(string.IsNullOrWhiteSpace(language) ? "code" : language)
                .Write("</span><button class=\"btn btn-plain btn-small needs-script\" type=\"button\" data-copy=\"code\">")
                .Write("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#i-copy\"/></svg>Copy</button></figcaption><pre tabindex=\"0\"><code class=\"language-")
                .WriteEscape(LanguageOf(language)).Write("\">");
            renderer.WriteLeafRawLines(obj, writeEndOfLines: true, escape: true);
            renderer.Write("</code></pre></figure>");
            renderer.EnsureLine();
        }

        /// <summary>One word for the class that the highlighter reads; "none" for what is no name of a language.</summary>
        private static string LanguageOf(string? info)
        {
            const int Longest = 20;
            return info is { Length: > 0 and <= Longest } && info.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '#' or '-') ? info.ToLowerInvariant() : "none";
        }
    }
}

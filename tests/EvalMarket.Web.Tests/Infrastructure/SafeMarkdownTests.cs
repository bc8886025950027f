using System.Text.Encodings.Web;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using EvalMarket.TestKit;
using EvalMarket.Web.Infrastructure.Markdown;

namespace EvalMarket.Web.Tests.Infrastructure;

public sealed class SafeMarkdownTests
{
    private static readonly string[] Elements =
    [
        "p", "br", "hr", "a", "em", "strong", "del", "ins", "sub", "sup", "mark", "code", "pre", "blockquote", "ul", "ol", "li", "input", "h3", "h4", "h5", "h6",
        "div", "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "span", "button", "svg", "use",
    ];

    private static readonly string[] Attributes =
        ["href", "rel", "title", "class", "type", "checked", "disabled", "start", "tabindex", "aria-hidden", "aria-label", "role", "data-copy", "colspan", "rowspan"];

    [Theory]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x](&#74;avascript:alert(1))")]
    [InlineData("[x](java\nscript:alert(1))")]
    [InlineData("[x](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("[x](vbscript:msgbox(1))")]
    [InlineData("[x](file:///etc/passwd)")]
    [InlineData("[x](//evil.example/x)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[x][ref]\n\n[ref]: javascript:alert(1)")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("<a href='https://example.org' onclick='alert(1)'>x</a>")]
    [InlineData("ftp://example.org/file and tel:123")]
    public void Leaves_no_link_to_anything_but_web_and_mail(string markdown) => Assert.Empty(Parse(markdown).QuerySelectorAll("a, img"));

    [Fact]
    public void Web_and_mail_links_stay_and_tell_nobody_where_they_were()
    {
        var links = Parse("[a](https://example.org/x?y=1 \"t\") <mail@example.org> https://example.org/auto ![pic](http://example.org/p.png)").QuerySelectorAll("a");

        Assert.Equal(["https://example.org/x?y=1", "mailto:mail@example.org", "https://example.org/auto", "http://example.org/p.png"], links.Select(link => link.GetAttribute("href")));
        Assert.All(links, link => Assert.Equal("noopener nofollow", link.GetAttribute("rel")));
    }

    [Fact]
    public void A_table_scrolls_by_itself_can_be_reached_by_keys_and_says_what_it_holds()
    {
        var document = Parse($"""
            | City & land | **Rain** in `mm` |
            |---|--:|
            | Bergen | 2250 |

            | {new string('h', 300)} |
            |---|
            | a |
            """);

        var places = document.QuerySelectorAll("[role=group][tabindex='0']:has(> table)");
        Assert.Equal(2, places.Length);
        Assert.Equal("Table: City & land, Rain in mm", places[0].GetAttribute("aria-label"));
        Assert.True(places[1].GetAttribute("aria-label")!.Length < 120);
    }

    [Fact]
    public void Headings_begin_below_those_of_the_page_and_leave_no_level_out()
    {
        var headings = Parse("## A\n\n#### B\n\n## C\n\n# D\n\n> ### E").QuerySelectorAll("h1, h2, h3, h4, h5, h6");

        Assert.Equal(["h3 A", "h4 B", "h3 C", "h3 D", "h4 E"], headings.Select(heading => $"{heading.LocalName} {heading.TextContent}"));
    }

    [Fact]
    public void Nesting_beyond_sense_and_texts_beyond_measure_are_shown_as_they_are()
    {
        var nested = string.Concat(Enumerable.Repeat("> ", 5_000)) + "deep";
        var large = new string('a', SafeMarkdown.LongestFormatted) + "<b>";

        Assert.Contains("deep", Parse(nested).Body!.TextContent, StringComparison.Ordinal);
        Assert.EndsWith("<b>", Parse(large).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_of_the_known_attacks_survives()
    {
        if (TestFolder.SharedFixtures() is not { } fixtures)
        {
            Assert.Skip("The folder with files of other projects is not here.");
            return;
        }

        List<string> texts = [];
        foreach (var file in Directory.EnumerateFiles(Path.Combine(fixtures, "markdown-xss")))
        {
            var content = File.ReadAllText(file);
            texts.Add(content);
            texts.AddRange(file.EndsWith(".json", StringComparison.Ordinal)
                ? JsonDocument.Parse(content).RootElement.EnumerateArray().Select(entry => entry.GetProperty("payload").GetString()!)
                : content.Split('\n'));
        }

        Assert.True(texts.Count > 300);
        foreach (var text in texts.SelectMany(text => new[] { text, $"[x]({text})", $"![x]({text})", $"<{text}>", $"[x]: {text}\n\n[x]", $"```{text}\nx\n```" }))
        {
            Check(text);
        }
    }

    private static void Check(string markdown)
    {
        foreach (var element in Parse(markdown).Body!.QuerySelectorAll("*"))
        {
            Assert.True(Elements.Contains(element.LocalName, StringComparer.Ordinal), $"<{element.LocalName}> from {markdown}");
            foreach (var attribute in element.Attributes)
            {
                Assert.True(Attributes.Contains(attribute.Name, StringComparer.Ordinal), $"{attribute.Name} from {markdown}");
            }

            if (element.LocalName == "a")
            {
                Assert.Matches("^(https?|mailto):", element.GetAttribute("href")!);
            }
        }
    }

    private static IDocument Parse(string markdown)
    {
        using var writer = new StringWriter();
        SafeMarkdown.Render(markdown).WriteTo(writer, HtmlEncoder.Default);
        return new HtmlParser().ParseDocument($"<!doctype html><body>{writer}</body>");
    }
}

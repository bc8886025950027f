using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace EvalMarket.Web.TagHelpers;

/// <summary><c>&lt;status-pill status="@row.Status" /&gt;</c>: a label by shape, word and colour.</summary>
[HtmlTargetElement("status-pill", TagStructure = TagStructure.WithoutEndTag)]
public sealed class StatusPillTagHelper : TagHelper
{
    /// <summary>Null is shown as a dash that screen readers call "no label".</summary>
    public EvalStatus? Status { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        if (Status is not { } status)
        {
            output.Attributes.SetAttribute("class", "muted");
            output.Content.SetHtmlContent("<span aria-hidden=\"true\">–</span><span class=\"sr-only\">no label</span>");
            return;
        }
        output.Attributes.SetAttribute("class", $"pill pill-{Display.LabelClass(status)}");
        output.Content.AppendHtml(GlyphTagHelper.Markup(status)).Append(Display.Label(status));
    }
}

/// <summary><c>&lt;glyph status="…" /&gt;</c>: a label's shape alone; its word must stand beside it.</summary>
[HtmlTargetElement("glyph", TagStructure = TagStructure.WithoutEndTag)]
public sealed class GlyphTagHelper : TagHelper
{
    public EvalStatus? Status { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        if (Status is { } status)
            output.Content.SetHtmlContent(Markup(status));
    }

    internal static string Markup(EvalStatus status) => $"<svg class=\"glyph\" aria-hidden=\"true\"><use href=\"#s-{Display.LabelClass(status)}\"/></svg>";
}

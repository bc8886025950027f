using Microsoft.AspNetCore.Razor.TagHelpers;

namespace EvalMarket.Web.TagHelpers;

/// <summary><c>&lt;icon name="download" /&gt;</c>: a symbol of the sprite. Decorative; the words stand beside it or in the button's label.</summary>
[HtmlTargetElement("icon", TagStructure = TagStructure.WithoutEndTag)]
public sealed class IconTagHelper : TagHelper
{
    /// <summary>Without the sprite's <c>i-</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary><c>small</c>, <c>large</c>, or nothing for 16 px.</summary>
    public string? Size { get; set; }

    /// <summary>Further classes: <c>twist</c>.</summary>
    public string? Class { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", string.Join(' ', new[] { "icon", Size is null ? null : $"icon-{Size}", Class }.Where(part => part is not null)));
        output.Attributes.SetAttribute("aria-hidden", "true");
        output.Content.AppendHtml("<use href=\"#i-").Append(Name).AppendHtml("\"/>");
    }
}

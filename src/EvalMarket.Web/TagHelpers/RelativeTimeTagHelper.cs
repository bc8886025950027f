using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace EvalMarket.Web.TagHelpers;

/// <summary><c>&lt;relative-time value="@row.UpdatedAt" none="never" /&gt;</c>: "12 min ago", with the exact time on hover.</summary>
[HtmlTargetElement("relative-time", TagStructure = TagStructure.WithoutEndTag)]
public sealed class RelativeTimeTagHelper(TimeProvider clock) : TagHelper
{
    public DateTimeOffset? Value { get; set; }

    /// <summary>What stands there without a time.</summary>
    public string None { get; set; } = Display.None;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagMode = TagMode.StartTagAndEndTag;
        if (Value is not { } value)
        {
            output.TagName = "span";
            output.Attributes.SetAttribute("class", "muted");
            output.Content.SetContent(None);
            return;
        }
        output.TagName = "time";
        output.Attributes.SetAttribute("datetime", value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        output.Attributes.SetAttribute("title", Display.Exact(value));
        output.Attributes.Add(new TagHelperAttribute("data-relative"));
        output.Content.SetContent(Display.Relative(value, clock.GetUtcNow()));
    }
}

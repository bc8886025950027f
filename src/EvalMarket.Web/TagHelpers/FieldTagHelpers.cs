using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace EvalMarket.Web.TagHelpers;

/// <summary>Ties a field (<c>asp-for</c>) to its error for screen readers: <c>aria-invalid</c> and <c>aria-describedby</c>.</summary>
[HtmlTargetElement("input", Attributes = "asp-for")]
[HtmlTargetElement("select", Attributes = "asp-for")]
[HtmlTargetElement("textarea", Attributes = "asp-for")]
public sealed class FieldStateTagHelper : TagHelper
{
    [HtmlAttributeName("asp-for")]
    public ModelExpression For { get; set; } = null!;

    [ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (FieldErrorTagHelper.ErrorOf(ViewContext, For) is null)
            return;
        var described = output.Attributes["aria-describedby"]?.Value?.ToString();
        var error = FieldErrorTagHelper.IdOf(ViewContext, For);
        output.Attributes.SetAttribute("aria-invalid", "true");
        output.Attributes.SetAttribute("aria-describedby", described is null ? error : $"{error} {described}");
    }
}

/// <summary><c>&lt;field-error for="Email" /&gt;</c> under a field: its first error, or nothing at all.</summary>
[HtmlTargetElement("field-error", TagStructure = TagStructure.WithoutEndTag)]
public sealed class FieldErrorTagHelper : TagHelper
{
    public ModelExpression For { get; set; } = null!;

    [ViewContext]
    [HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (ErrorOf(ViewContext, For) is not { } error)
        {
            output.SuppressOutput();
            return;
        }
        output.TagName = "p";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "error");
        output.Attributes.SetAttribute("id", IdOf(ViewContext, For));
        output.Content.AppendHtml("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#i-warn\"/></svg>").AppendHtml("<span>").Append(error).AppendHtml("</span>");
    }

    internal static string? ErrorOf(ViewContext view, ModelExpression field)
    {
        var name = view.ViewData.TemplateInfo.GetFullHtmlFieldName(field.Name);
        return view.ModelState.TryGetValue(name, out var entry) && entry.ValidationState == ModelValidationState.Invalid
            ? entry.Errors.FirstOrDefault()?.ErrorMessage
            : null;
    }

    internal static string IdOf(ViewContext view, ModelExpression field) =>
        TagBuilder.CreateSanitizedId(view.ViewData.TemplateInfo.GetFullHtmlFieldName(field.Name), "_") + "-error";
}

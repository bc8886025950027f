using EvalMarket.Core;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Datasets;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Items;

/// <summary>How a history in text form is understood: a fragment for the forms that have one. Keeps nothing.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class HistoryPreviewModel(Limits limits) : PageModel
{
    public IActionResult OnGet() => NotFound();

    public IActionResult OnPost([FromForm(Name = ItemForm.Prefix + "." + nameof(ItemForm.History))] string? history)
    {
        var text = ItemForm.Clean(history);
        return Partial("/Pages/Datasets/Items/_HistoryPreview.cshtml", text.Length > limits.HistoryBytes
            ? new HistoryReading([], [new ContentError("This is longer than a history may be.")])
            : HistoryText.Parse(text));
    }
}

using EvalMarket.Core;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Workspaces;

/// <summary>Puts what a service refused where the person sees it.</summary>
internal static class PageFailures
{
    /// <summary>Adds the reasons to the model state: at the field that they are about, or at the top of the form.</summary>
    /// <param name="fields">Field by JSON pointer of a content error, or by code of another failure.</param>
    public static void Show(this PageModel page, Failure failure, IReadOnlyDictionary<string, string>? fields = null)
    {
        if (failure is Invalid { Errors.Count: > 0 } invalid)
        {
            foreach (var error in invalid.Errors)
                page.ModelState.AddModelError(fields?.GetValueOrDefault(error.Path ?? "") ?? "", error.Message);
        }
        else
        {
            page.ModelState.AddModelError(fields?.GetValueOrDefault(failure.Code) ?? "", failure.Message);
        }
    }
}

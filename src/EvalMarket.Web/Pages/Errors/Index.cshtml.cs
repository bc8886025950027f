using EvalMarket.Web.Infrastructure.Problems;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Errors;

/// <summary>What a person sees in the place of a page that failed. By its own address it does not exist.</summary>
[AllowAnonymous]
public sealed class IndexModel : PageModel
{
    public string Heading { get; private set; } = "";

    public string Explanation { get; private set; } = "";

    public string? TraceId { get; private set; }

    public IActionResult OnGet()
    {
        // Asked for by its own address it is a page that never was; the second time round, it says so.
        if (HttpContext.Features.Get<ErrorPageFeature>() is not { Problem: var problem })
            return NotFound();

        (Heading, Explanation) = problem.Status switch
        {
            StatusCodes.Status403Forbidden => ("Not allowed", problem.Detail ?? "Your role in this workspace does not allow it. An admin of the workspace can change that."),
            StatusCodes.Status404NotFound => ("Not found", "There is nothing here, or it is not yours."),
            StatusCodes.Status429TooManyRequests => ("Too many requests", problem.Detail ?? "Wait a minute and try again."),
            >= StatusCodes.Status500InternalServerError => ("Something went wrong", problem.Detail ?? "It has been logged."),
            _ => (problem.Title, problem.Detail ?? "This request could not be answered."),
        };
        TraceId = problem.TraceId;
        Response.StatusCode = problem.Status;
        return Page();
    }
}

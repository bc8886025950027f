using EvalMarket.Core.Datasets.Links;
using EvalMarket.Formats.Datasets;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Sharing;

/// <summary>One item, for anyone who has the token: nothing around it says whose it is.</summary>
[AllowAnonymous]
internal sealed class SharedModel(PublicLinks links) : PageModel
{
    public DatasetItem Item { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string token, CancellationToken cancellationToken)
    {
        // The address is the secret: no search engine, no cache, and no other site learns it.
        Response.Headers["X-Robots-Tag"] = "noindex, nofollow, noarchive";
        Response.Headers.CacheControl = "no-store";
        Response.Headers["Referrer-Policy"] = "no-referrer";
        if (await links.OpenAsync(token, cancellationToken) is not { } item)
        {
            return NotFound();
        }

        Item = item.Read();
        return Page();
    }

    /// <summary>Nothing is sent here.</summary>
    public IActionResult OnPost() => NotFound();
}

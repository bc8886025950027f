using EvalMarket.Core.Market.Listings;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Market;

/// <summary>A listing for everybody who has its address.</summary>
[AllowAnonymous]
[PublicPlace]
[IgnoreAntiforgeryToken]
internal sealed class ListingModel(ListingViews views, MarketDirectory market) : PageModel
{
    public ListingView View { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string slug, CancellationToken cancellationToken)
    {
        if (await market.FindAsync(slug, cancellationToken) is not { } row)
            return NotFound();
        if (VisitorCache.IsUnchanged(HttpContext, $"{row.Hash} {row.ChangedAt.UtcTicks}"))
            return StatusCode(StatusCodes.Status304NotModified);
        View = (await views.OpenAsync(slug, null, cancellationToken))!;
        return Page();
    }

    /// <summary>A post means nothing here, and changes nothing.</summary>
    public async Task<IActionResult> OnPostAsync(string slug, CancellationToken cancellationToken) =>
        await market.FindAsync(slug, cancellationToken) is null ? NotFound() : BadRequest();
}

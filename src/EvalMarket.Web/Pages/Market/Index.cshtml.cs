using EvalMarket.Core.Market.Listings;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Market;

/// <summary>The market for everybody.</summary>
[AllowAnonymous]
[PublicPlace]
internal sealed class IndexModel(MarketDirectory market) : PageModel
{
    public MarketListView List { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (VisitorCache.IsUnchanged(HttpContext, await market.StampAsync(cancellationToken)))
            return StatusCode(StatusCodes.Status304NotModified);
        List = await MarketListView.LoadAsync(HttpContext, market, null, cancellationToken);
        return Page();
    }
}

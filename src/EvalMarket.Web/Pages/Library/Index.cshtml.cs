using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Library;

/// <summary>What the workspace holds of the market.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class LibraryModel(MarketGrants grants, MarketDirectory market, Tenant tenant) : PageModel
{
    public string Workspace => tenant.Required;

    public IReadOnlyList<(GrantRow Grant, ListingRow Listing)> Items { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        List<(GrantRow, ListingRow)> items = [];
        foreach (var grant in await grants.LibraryAsync(cancellationToken))
        {
            if (await market.FindAsync(grant.ListingId, cancellationToken) is { } listing)
                items.Add((grant, listing));
        }

        Items = items;
    }

    /// <summary>A post means nothing here.</summary>
    public IActionResult OnPost() => BadRequest();
}

using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Listings;

/// <summary>What the workspace sells.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class ListingsModel(MarketDirectory market, MarketGrants grants, Tenant tenant) : PageModel
{
    private const int Most = 500;

    private Dictionary<string, int> waiting = [];

    public string Workspace => tenant.Required;

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public IReadOnlyList<ListingRow> Listings { get; private set; } = [];

    /// <summary>Requests that wait for a decision.</summary>
    public int Waiting(ListingRow row) => waiting.GetValueOrDefault(row.Id.Value);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Listings = await market.ListAsync(new MarketQuery { Scope = MarketScope.Own }, 0, Most, cancellationToken);
        waiting = (await grants.ForSellerAsync(null, cancellationToken)).Where(grant => grant.Status == GrantStatus.Requested)
            .GroupBy(grant => grant.ListingId.Value).ToDictionary(group => group.Key, group => group.Count());
    }

    /// <summary>A post means nothing here.</summary>
    public IActionResult OnPost() => BadRequest();
}

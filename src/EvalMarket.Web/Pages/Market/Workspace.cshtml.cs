using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Market;

/// <summary>The market from within a workspace: with what it holds and sells.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class WorkspaceMarketModel(MarketDirectory market, Tenant tenant) : PageModel
{
    public MarketListView List { get; private set; } = null!;

    public string Workspace => tenant.Required;

    public bool MaySell => tenant.Actor.May(Permission.Edit);

    public async Task OnGetAsync(CancellationToken cancellationToken) => List = await MarketListView.LoadAsync(HttpContext, market, Workspace, cancellationToken);

    /// <summary>A post means nothing here.</summary>
    public IActionResult OnPost() => BadRequest();
}

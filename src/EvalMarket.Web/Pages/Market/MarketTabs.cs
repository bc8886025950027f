namespace EvalMarket.Web.Pages.Market;

/// <summary>The parts of the market within a workspace.</summary>
/// <param name="Current"><c>market library submissions listings</c>.</param>
internal sealed record MarketTabs(string Workspace, string Current);

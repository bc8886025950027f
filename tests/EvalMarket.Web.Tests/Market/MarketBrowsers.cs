using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Market;

internal static class MarketBrowsers
{
    /// <summary>A browser of somebody who owns the workspace as well.</summary>
    public static async Task<HttpClient> SignedInAsync(this TestApp app, string slug)
    {
        var person = await app.Data.PersonAsync();
        await app.Data.MemberAsync(slug, person, WorkspaceRole.Owner);
        return await app.SignInAsync(person);
    }
}

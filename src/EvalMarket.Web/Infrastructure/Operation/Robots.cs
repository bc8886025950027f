namespace EvalMarket.Web.Infrastructure.Operation;

/// <summary>What search engines may look at: the public page, the market and the documentation of the API (RFC 9309).</summary>
internal static class Robots
{
    private const string Rules = "User-agent: *\nAllow: /$\nAllow: /market\nAllow: /docs/\nAllow: /css/\nAllow: /js/\nAllow: /img/\nDisallow: /market?\nDisallow: /\n";

    public static void MapRobots(this WebApplication app) =>
        app.MapGet("/robots.txt", () => TypedResults.Text(Rules)).AllowAnonymous().ExcludeFromDescription();
}

using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Market;

/// <summary>Asking for a listing, and granting it.</summary>
internal static class GrantsApi
{
    private static readonly string[] Decisions = ["granted", "declined", "revoked"];

    public static void MapGrants(this IEndpointRouteBuilder api)
    {
        var grants = api.MapGroup("/listings/{slug}/grants").WithTags("Market");
        grants.MapGet("", ListAsync)
            .RequirePermission(Permission.Read)
            .WithSummary("Who holds a listing, or asked for it")
            .WithDescription("`{items: [{workspace, product, status, message, requested_at, decided_at}]}`. For the seller all of them, for others their own.");
        grants.MapPost("", PostAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"product\":\"evaluation\",\"message\":\"For our March run.\"}'")
            .WithSummary("Ask for a listing, or grant it")
            .WithDescription("A buyer sends `{product?, message?}`: free products are granted at once, others wait for the seller (payment happens outside). The seller sends `{workspace, product?, status: granted|declined|revoked}`.");
        grants.MapPatch("", PatchAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"workspace\":\"acme\",\"status\":\"granted\"}'")
            .WithSummary("Grant, decline or revoke")
            .WithDescription("For the seller: `{workspace, product?, status: granted|declined|revoked}`. A revocation holds from the next request on.");
    }

    private static async Task<IResult> ListAsync(string slug, MarketDirectory market, MarketGrants grants, CancellationToken cancellationToken)
    {
        if (await market.FindAsync(slug, cancellationToken) is not { } listing)
            return Problem.NotFound();
        var rows = market.IsSeller(listing) ? await grants.ForSellerAsync(listing.Id, cancellationToken) : await grants.MineAsync(listing.Id, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var row in rows)
                Write(writer, row);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static Task<IResult> PostAsync(string slug, HttpContext http, MarketDirectory market, MarketGrants grants, CancellationToken cancellationToken) =>
        ChangeAsync(slug, http, market, grants, mayRequest: true, cancellationToken);

    private static Task<IResult> PatchAsync(string slug, HttpContext http, MarketDirectory market, MarketGrants grants, CancellationToken cancellationToken) =>
        ChangeAsync(slug, http, market, grants, mayRequest: false, cancellationToken);

    private static async Task<IResult> ChangeAsync(string slug, HttpContext http, MarketDirectory market, MarketGrants grants, bool mayRequest, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync<GrantBody>(http, cancellationToken);
        if (await market.FindAsync(slug, cancellationToken) is not { } listing || (!mayRequest && !market.IsSeller(listing)))
            return Problem.NotFound();
        if (!read.Succeeded(out var body, out var failure))
            return failure.ToProblem();

        List<ContentError> errors = [];
        var usual = listing.Products.HasFlag(MarketProducts.Evaluation) ? MarketProducts.Evaluation : MarketProducts.CoreDataset;
        var product = usual;
        if (body.Product is { } name && !ListingWords.TryParse(name, out product))
            errors.Add(new ContentError($"Must be one of {string.Join(", ", ListingWords.Products)}.", "/product"));
        if (market.IsSeller(listing) ? body.Workspace is null : body.Workspace is not null)
            errors.Add(new ContentError(market.IsSeller(listing) ? "Name the workspace of the buyer." : "Only the seller names a workspace; you ask for your own.", "/workspace"));
        if (market.IsSeller(listing) ? body.Status is { } status && !Decisions.Contains(status, StringComparer.Ordinal) : body.Status is not null)
            errors.Add(new ContentError(market.IsSeller(listing) ? $"Must be one of {string.Join(", ", Decisions)}." : "Only the seller decides.", "/status"));
        if (errors.Count > 0)
            return new Invalid("invalid_body", errors[0].Message, errors).ToProblem();

        var outcome = market.IsSeller(listing)
            ? await grants.DecideAsync(listing, body.Workspace!, product, StatusOf(body.Status), cancellationToken)
            : await grants.RequestAsync(listing, product, body.Message, cancellationToken);
        return outcome.Succeeded(out var row, out failure)
            ? new JsonAnswer(writer => Write(writer, row), mayRequest ? StatusCodes.Status201Created : StatusCodes.Status200OK)
            : failure.ToProblem();
    }

    private static GrantStatus StatusOf(string? text) => text switch
    {
        "declined" => GrantStatus.Declined,
        "revoked" => GrantStatus.Revoked,
        _ => GrantStatus.Granted,
    };

    private static void Write(Utf8JsonWriter writer, GrantRow row)
    {
        writer.WriteStartObject();
        writer.WriteString("workspace", row.Workspace);
        writer.WriteString("product", row.Product.ToWire()[0]);
        writer.WriteString("status", row.Status.ToString().ToLowerInvariant());
        writer.WriteString("message", row.Message);
        writer.WriteString("requested_at", Wire.Time(row.RequestedAt));
        writer.WriteString("decided_at", Wire.Time(row.DecidedAt));
        writer.WriteEndObject();
    }
}

/// <summary>The body of a request for a grant, or of a decision on one.</summary>
internal sealed record GrantBody
{
    public string? Workspace { get; init; }

    public string? Product { get; init; }

    public string? Status { get; init; }

    public string? Message { get; init; }
}

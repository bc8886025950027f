using EvalMarket.Core;
using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Market.Vaults;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Market;

/// <summary>What a buyer downloads, and what proves that a key never changed.</summary>
internal static class ListingFilesApi
{
    private static readonly QueryParameter Version = new("version", "A version by its number; the one in the market when absent.");

    public static void MapListingFiles(this IEndpointRouteBuilder api)
    {
        var listing = api.MapGroup("/listings/{slug}").WithTags("Market");
        listing.MapGet("/tasks.json", TasksAsync)
            .RequirePermission(Permission.Read).WithQuery(Version)
            .WithSummary("The tasks of a listing")
            .WithDescription("`tasks.json` as the seller uploaded it. Free listings: for every key and every signed-in workspace. Priced ones: after the seller granted the request.");
        listing.MapGet("/reference.zip", ReferenceAsync)
            .RequirePermission(Permission.Read).WithQuery(Version)
            .WithSummary("All reference files of a listing");
        listing.MapGet("/reference/{file}", FileAsync)
            .RequirePermission(Permission.Read).WithQuery(Version)
            .WithSummary("One reference file of a listing");
        listing.MapGet("/core/answers.json", CoreAsync)
            .RequirePermission(Permission.Export).WithQuery(Version)
            .WithSummary("The answer key, for buyers of the core dataset")
            .WithDescription("403 for everybody else. Each read is in the seller's audit records.");
        listing.MapGet("/leaderboard", LeaderboardAsync)
            .AllowAnonymous().WithMetadata(new PublicPlaceAttribute())
            .WithQuery(QueryParameter.Limit)
            .WithSummary("The leaderboard of a listing")
            .WithDescription("The best submission of each name and model that wants to be on it: `{items: [{rank, name, model, score, pass_rate, at, version}]}`. Needs no sign-in.");
        listing.MapGet("/commitment", CommitmentAsync)
            .AllowAnonymous().WithMetadata(new PublicPlaceAttribute())
            .WithQuery(Version)
            .WithSummary("The commitment to an answer key")
            .WithDescription("`{version, commitment, nonce}`: SHA-256 of the 32-byte nonce and the file; the nonce is null until the seller reveals it. Needs no sign-in.");
        listing.MapPost("/commitment/reveal", RevealAsync)
            .RequirePermission(Permission.Edit).WithQuery(Version)
            .WithCurl("-X POST")
            .WithSummary("Reveal the nonce of a commitment")
            .WithDescription("From then on anyone who has the file can check that it is what was published. It cannot be taken back.");
    }

    private static async Task<IResult> TasksAsync(string slug, HttpContext http, MarketDirectory market, MarketGrants grants, MarketFiles files, CancellationToken cancellationToken)
    {
        var (found, problem) = await OpenAsync(slug, http, market, grants, cancellationToken);
        return found is null
            ? problem!
            : FileAnswer.Of(http, await files.OpenTasksAsync(found.Listing.Id, found.Version.Number, cancellationToken), FileAnswer.Json, "tasks.json", found.Version.Tasks.Sha256);
    }

    private static async Task<IResult> ReferenceAsync(string slug, HttpContext http, MarketDirectory market, MarketGrants grants, MarketFiles files, CancellationToken cancellationToken)
    {
        var (found, problem) = await OpenAsync(slug, http, market, grants, cancellationToken);
        if (found is null)
            return problem!;
        return found.Version.Reference is { } archive
            ? FileAnswer.Of(http, await files.OpenReferenceAsync(found.Listing.Id, found.Version.Number, cancellationToken), FileAnswer.Zip, $"{slug}-reference.zip", archive.Sha256)
            : Problem.NotFound();
    }

    private static async Task<IResult> FileAsync(
        string slug, string file, HttpContext http, MarketDirectory market, MarketGrants grants, MarketFiles files, CancellationToken cancellationToken)
    {
        var (found, problem) = await OpenAsync(slug, http, market, grants, cancellationToken);
        if (found is null)
            return problem!;
        return found.Version.Files.FirstOrDefault(one => one.Name == file) is { } named
            ? FileAnswer.Of(http, await files.OpenFileAsync(found.Listing.Id, found.Version.Number, named, cancellationToken), named.MimeType, named.Name, named.Sha256)
            : Problem.NotFound();
    }

    private static async Task<IResult> CoreAsync(string slug, HttpContext http, MarketDirectory market, KeyCommitments keys, CancellationToken cancellationToken)
    {
        var (found, problem) = await FindAsync(slug, http, market, cancellationToken);
        if (found is null)
            return problem!;
        return (await keys.OpenAsync(found.Listing, found.Version, cancellationToken)).Succeeded(out var key, out var failure) ? FileAnswer.Of(http, key) : failure.ToProblem();
    }

    private static async Task<IResult> LeaderboardAsync(string slug, HttpContext http, MarketDirectory market, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var limit = query.Limit();
        if (query.Failed(out var problem))
            return problem;
        if (await market.FindAsync(slug, cancellationToken) is not { } listing)
            return Problem.NotFound();

        var entries = await market.LeaderboardAsync(listing, limit, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var entry in entries)
            {
                writer.WriteStartObject();
                writer.WriteNumber("rank", entry.Rank);
                writer.WriteString("name", entry.Name);
                writer.WriteString("model", entry.Model);
                writer.WriteNumber("score", (decimal?)entry.Score);
                writer.WriteNumber("pass_rate", entry.PassRate);
                writer.WriteString("at", Wire.Time(entry.At));
                writer.WriteNumber("version", entry.Version);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> CommitmentAsync(string slug, HttpContext http, MarketDirectory market, CancellationToken cancellationToken)
    {
        var (found, problem) = await FindAsync(slug, http, market, cancellationToken);
        return found is null ? problem! : Commitment(found.Version, found.Version.Nonce);
    }

    private static async Task<IResult> RevealAsync(string slug, HttpContext http, MarketDirectory market, KeyCommitments keys, CancellationToken cancellationToken)
    {
        var (found, problem) = await FindAsync(slug, http, market, cancellationToken);
        if (found is null)
            return problem!;
        return (await keys.RevealAsync(slug, found.Version.Number, cancellationToken)).Succeeded(out var nonce, out var failure) ? Commitment(found.Version, nonce) : failure.ToProblem();
    }

    private static JsonAnswer Commitment(MarketVersion version, string? nonce) => new(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", version.Number);
        writer.WriteString("commitment", version.Commitment);
        writer.WriteString("nonce", nonce);
        writer.WriteEndObject();
    });

    /// <summary>A version that the caller may see and may download; taking a free one is noted, so that it stays theirs.</summary>
    private static async Task<(ListingAtVersion? Found, IResult? Problem)> OpenAsync(
        string slug, HttpContext http, MarketDirectory market, MarketGrants grants, CancellationToken cancellationToken)
    {
        var (found, problem) = await FindAsync(slug, http, market, cancellationToken);
        if (found is null)
            return (null, problem);
        if (!await grants.HasAsync(found.Listing, MarketProducts.Evaluation, cancellationToken))
            return (null, new Forbidden("Your workspace has not been granted this listing. Ask the seller for it first.").ToProblem());
        await grants.HoldAsync(found.Listing, cancellationToken);
        return (found, null);
    }

    private static async Task<(ListingAtVersion? Found, IResult? Problem)> FindAsync(string slug, HttpContext http, MarketDirectory market, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var version = (int?)query.Number("version", 1, int.MaxValue);
        if (query.Failed(out var problem))
            return (null, problem);
        return await market.FindAsync(slug, cancellationToken) is { } listing && await market.VersionAsync(listing, version, cancellationToken) is { } found
            ? (new ListingAtVersion(listing, found), null)
            : (null, Problem.NotFound());
    }

    private sealed record ListingAtVersion(ListingRow Listing, MarketVersion Version);
}

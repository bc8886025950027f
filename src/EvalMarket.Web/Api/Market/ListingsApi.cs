using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Market;

namespace EvalMarket.Web.Api.Market;

/// <summary>The market, and the seller's listings in it (contract, section 7).</summary>
internal static class ListingsApi
{
    private const int DeepestPlace = 100_000;

    public static void MapListings(this IEndpointRouteBuilder api)
    {
        var listings = api.MapGroup("/listings").WithTags("Market");
        listings.MapGet("", ListAsync)
            .AllowAnonymous().WithMetadata(new PublicPlaceAttribute())
            .WithQuery([.. MarketParameters.Declared, QueryParameter.Limit, QueryParameter.Cursor])
            .WithSummary("List what is in the market")
            .WithDescription("Published listings: `{items, next_cursor}`. Needs no sign-in; with a key, `scope=own` gives the workspace's own listings, drafts included, and `scope=held` what it holds.");
        listings.MapPost("", PostAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"bundle_id\":\"bun_…\",\"title\":\"SQL migrations\",\"slug\":\"sql-migrations\",\"products\":[\"evaluation\"],\"price\":0,\"quota\":5,\"reveal\":\"task\",\"status\":\"draft\"}'")
            .WithSummary("Make a listing")
            .WithDescription("`{bundle_id, title, slug?, summary?, description? (Markdown), license? (SPDX or a text), tags?, products?: [evaluation, core_dataset], price? (0 is free), currency?, quota? (submissions of a workspace within 30 days), reveal?: overall|task|criterion, preview_tasks?: a number or ids of tasks, data_card?: {motivation, provenance, limits} (Markdown), status?}`. Publishing copies tasks, reference files and page: a listing outlives its seller's edits.");
        listings.MapGet("/{slug}", GetAsync)
            .AllowAnonymous().WithMetadata(new PublicPlaceAttribute())
            .WithSummary("One listing")
            .WithDescription("With its data card: criteria by type, files, commitment, and the tasks that everybody may read. Drafts are there for their seller only. Has an `ETag`.");
        listings.MapPatch("/{slug}", PatchAsync)
            .RequirePermission(Permission.Edit)
            .WithCurl("--json '{\"status\":\"published\"}'")
            .WithSummary("Change a listing")
            .WithDescription("The same fields; absent ones stay. `publish_version: true` brings the bundle's newest version to the market as the next version of the listing. What buyers hold stays.");
        listings.MapDelete("/{slug}", DeleteAsync)
            .RequirePermission(Permission.Edit)
            .WithSummary("Delete a draft")
            .WithDescription("409 `listing_published` for what went to the market once: archive it instead.");
    }

    /// <summary>An empty listing: what absent fields of a new one are.</summary>
    private static ListingPage Empty { get; } = new() { Title = "" };

    private static async Task<IResult> ListAsync(HttpContext http, MarketDirectory market, Tenant tenant, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var filter = MarketParameters.Read(query);
        var limit = query.Limit();
        var skip = query.Cursor(1) is { } parts && int.TryParse(parts[0], out var place) && place is > 0 and < DeepestPlace ? place : 0;
        if (filter.Scope is MarketScope.Own or MarketScope.Held && tenant.Workspace is null)
            query.Refuse(MarketParameters.Scope, "Needs a key, or ?workspace= of a signed-in person.");
        if (query.Failed(out var problem))
            return problem;

        var rows = await market.ListAsync(filter, skip, limit + 1, cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var row in rows.Take(limit))
                ListingAnswer.Write(writer, row, market.IsSeller(row));
            writer.WriteEndArray();
            writer.WriteString("next_cursor", rows.Count > limit ? Cursor.Encode($"{skip + limit}") : null);
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> GetAsync(string slug, HttpContext http, MarketDirectory market, MarketFiles files, CancellationToken cancellationToken)
    {
        if (await market.FindAsync(slug, cancellationToken) is not { } row)
            return Problem.NotFound();

        var isSeller = market.IsSeller(row);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{row.Hash} {row.ChangedAt.UtcTicks} {isSeller}")))[..32]}\"";
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "private, no-cache";
        if (http.Request.Headers.IfNoneMatch.Contains(tag))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        return await AnswerAsync(row, isSeller, market, files, cancellationToken);
    }

    private static async Task<IResult> PostAsync(HttpContext http, ListingCommits commits, MarketDirectory market, MarketFiles files, CancellationToken cancellationToken)
    {
        if (!(await JsonBody.ReadAsync<JsonElement>(http, cancellationToken)).Succeeded(out var json, out var failure))
            return failure.ToProblem();
        var body = ListingBody.Read(json, Empty);
        List<ContentError> errors = [.. body.Errors];
        if (body.BundleId is null && !errors.Exists(error => error.Path == "/bundle_id"))
            errors.Add(new ContentError("Name the bundle.", "/bundle_id"));
        if (body.PublishVersion)
            errors.Add(new ContentError("Is for changes; a new listing takes the newest version anyway.", "/publish_version"));
        if (errors.Count > 0)
            return Refused(errors);

        var listing = new NewListing { BundleId = body.BundleId!.Value, Slug = body.Slug, Page = body.Page, Status = body.Status ?? ListingStatus.Draft };
        if (!(await commits.CreateAsync(listing, cancellationToken)).Succeeded(out var row, out failure))
            return failure.ToProblem();
        http.Response.Headers.Location = $"/api/listings/{row.Slug}";
        return await AnswerAsync(row, isSeller: true, market, files, cancellationToken, StatusCodes.Status201Created);
    }

    private static async Task<IResult> PatchAsync(
        string slug, HttpContext http, ListingCommits commits, MarketDirectory market, MarketFiles files, CancellationToken cancellationToken)
    {
        var read = await JsonBody.ReadAsync<JsonElement>(http, cancellationToken);
        if (await market.FindAsync(slug, cancellationToken) is not { } before || !market.IsSeller(before))
            return Problem.NotFound();
        if (!read.Succeeded(out var json, out var failure))
            return failure.ToProblem();

        var body = ListingBody.Read(json, ListingPages.Of(before));
        List<ContentError> errors = [.. body.Errors];
        if (body.Slug is not null && body.Slug != before.Slug)
            errors.Add(new ContentError("The address of a listing never changes.", "/slug"));
        if (errors.Count > 0)
            return Refused(errors);

        var change = new ListingChange { Page = body.Page, Status = body.Status, BundleId = body.BundleId, PublishVersion = body.PublishVersion };
        return (await commits.ChangeAsync(slug, change, cancellationToken)).Succeeded(out var row, out failure)
            ? await AnswerAsync(row, isSeller: true, market, files, cancellationToken)
            : failure.ToProblem();
    }

    private static async Task<IResult> DeleteAsync(string slug, ListingCommits commits, CancellationToken cancellationToken) =>
        await commits.DeleteAsync(slug, cancellationToken) is { } failure ? failure.ToProblem() : TypedResults.NoContent();

    private static async Task<IResult> AnswerAsync(
        ListingRow row, bool isSeller, MarketDirectory market, MarketFiles files, CancellationToken cancellationToken, int status = StatusCodes.Status200OK)
    {
        var version = row.Version == 0 ? null : await market.VersionAsync(row, null, cancellationToken);
        var preview = version is null ? [] : await files.PreviewAsync(row, cancellationToken);
        return new JsonAnswer(writer => ListingAnswer.Write(writer, row, version, preview, isSeller), status);
    }

    private static Problem Refused(List<ContentError> errors) =>
        new Invalid("invalid_body", errors.Count == 1 ? $"{errors[0].Path}: {errors[0].Message}" : $"{errors.Count} errors in the body.", errors).ToProblem();
}

using EvalMarket.Core.Market.Listings;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Http.Extensions;

namespace EvalMarket.Web.Pages.Market;

/// <summary>The market as a page of cards: for visitors, and within a workspace.</summary>
internal sealed class MarketListView
{
    public const int PageSize = 48;

    private const int ShownTags = 40;

    /// <summary>Null for visitors.</summary>
    public string? Workspace { get; private init; }

    public required MarketQuery Query { get; init; }

    public required IReadOnlyList<ListingRow> Listings { get; init; }

    public required int Total { get; init; }

    public required IReadOnlyList<(string Tag, int Count)> Tags { get; init; }

    public int Page { get; private init; }

    public bool HasMore { get; private init; }

    public string Address => Workspace is null ? Addresses.PublicMarket : Addresses.Market(Workspace);

    /// <summary>Null when nothing narrows the list.</summary>
    public bool IsFiltered => Query.Text is not null || Query.Tags.Count + Query.Grading.Count + Query.Files.Count > 0;

    /// <summary>What the workspace holds and sells has tabs of its own, and is a filter in addresses.</summary>
    public static IReadOnlyList<(MarketScope Scope, string Label)> Scopes { get; } = [(MarketScope.All, "All"), (MarketScope.Free, "Free")];

    public static async Task<MarketListView> LoadAsync(HttpContext http, MarketDirectory market, string? workspace, CancellationToken cancellationToken)
    {
        var reader = new QueryReader(http, [.. MarketParameters.Declared, new QueryParameter("page", "")]);
        var query = MarketParameters.Read(reader);
        if (workspace is null && query.Scope is MarketScope.Held or MarketScope.Own)
            query = query with { Scope = MarketScope.All };
        var page = (int)(reader.Number("page", 1, 10_000) ?? 1);
        var rows = await market.ListAsync(query, (page - 1) * PageSize, PageSize + 1, cancellationToken);
        return new MarketListView
        {
            Workspace = workspace,
            Query = query,
            Listings = [.. rows.Take(PageSize)],
            HasMore = rows.Count > PageSize,
            Page = page,
            Total = await market.CountAsync(query, cancellationToken),
            Tags = await market.TagsAsync(ShownTags, cancellationToken),
        };
    }

    public string ListingHref(ListingRow row) => Workspace is null ? Addresses.PublicListing(row.Slug) : Addresses.Listing(Workspace, row.Slug);

    /// <summary>The address of the list with something else of it changed.</summary>
    public string Href(MarketQuery query, int page = 1)
    {
        var builder = new QueryBuilder();
        if (query.Text is { } text)
            builder.Add("q", text);
        builder.Add("tag", query.Tags);
        builder.Add("grading", query.Grading);
        builder.Add("files", query.Files);
        if (query.Scope != MarketScope.All)
            builder.Add("scope", MarketParameters.Word(query.Scope));
        if (query.Order != MarketOrder.Newest)
            builder.Add("sort", MarketParameters.Word(query.Order));
        if (page > 1)
            builder.Add("page", page.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return Address + builder;
    }

    /// <summary>Each filter that is on, with the address without it.</summary>
    public IEnumerable<(string Label, string Value, string Without)> Chips() =>
    [
        .. Query.Tags.Select(tag => ("Tag", tag, Href(Query with { Tags = [.. Query.Tags.Where(one => one != tag)] }))),
        .. Query.Grading.Select(type => ("Grading", type, Href(Query with { Grading = [.. Query.Grading.Where(one => one != type)] }))),
        .. Query.Files.Select(type => ("Files", type, Href(Query with { Files = [.. Query.Files.Where(one => one != type)] }))),
    ];
}

using EvalMarket.Core.Market.Listings;
using EvalMarket.Formats.Bundles;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Pages.Market;

/// <summary>What the market is searched by; pages and API take the same parameters.</summary>
internal static class MarketParameters
{
    public const string Scope = "scope";

    private static readonly string[] Scopes = ["all", "free", "held", "own"];

    private static readonly string[] Orders = ["newest", "used", "price", "title"];

    public static IReadOnlyList<QueryParameter> Declared { get; } =
    [
        new("q", "Words in title, summary, description, tags or seller; each of them."),
        new("tag", "Only listings with this tag.", Repeatable: true),
        new("grading", "Only listings with a criterion of this type.", Repeatable: true, Values: CriterionTypes.WireNames),
        new("files", "Only listings with a reference file of this type.", Repeatable: true, Values: ListingTraits.FileTypes),
        new(Scope, "Which listings; `held` and `own` are those of the workspace.", Values: Scopes),
        new("sort", "Their order; `newest` when absent.", Values: Orders),
    ];

    public static MarketQuery Read(QueryReader query) => new()
    {
        Text = query.Text("q", 200),
        Tags = query.Texts("tag"),
        Grading = query.AnyOf("grading", CriterionTypes.WireNames),
        Files = query.AnyOf("files", ListingTraits.FileTypes),
        Scope = (MarketScope)Math.Max(0, Array.IndexOf(Scopes, query.OneOf(Scope, Scopes))),
        Order = (MarketOrder)Math.Max(0, Array.IndexOf(Orders, query.OneOf("sort", Orders))),
    };

    public static string Word(MarketScope scope) => Scopes[(int)scope];

    public static string Word(MarketOrder order) => Orders[(int)order];
}

namespace EvalMarket.Core.Market.Listings;

/// <summary>What somebody looks for in the market.</summary>
public sealed record MarketQuery
{
    /// <summary>Words that a listing holds, each of them.</summary>
    public string? Text { get; init; }

    /// <summary>All of them.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Types of criteria and of files: one of the former, one of the latter.</summary>
    public IReadOnlyList<string> Grading { get; init; } = [];

    public IReadOnlyList<string> Files { get; init; } = [];

    public MarketScope Scope { get; init; } = MarketScope.All;

    public MarketOrder Order { get; init; } = MarketOrder.Newest;
}

/// <summary>Which listings; <c>held</c> and <c>own</c> are those of the workspace.</summary>
public enum MarketScope
{
    All,
    Free,
    Held,
    Own,
}

/// <summary>In which order.</summary>
public enum MarketOrder
{
    Newest,
    Used,
    Price,
    Title,
}

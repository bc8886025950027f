using EvalMarket.Formats.Bundles;

namespace EvalMarket.Core.Market.Listings;

/// <summary>What the seller says of a listing: everything but its state.</summary>
public sealed record ListingPage
{
    // Documents that were written before these were known do not have them.
    private readonly DataCard? dataCard;
    private readonly IReadOnlyList<string>? previewIds;

    public required string Title { get; init; }

    public string Summary { get; init; } = "";

    /// <summary>Markdown.</summary>
    public string Description { get; init; } = "";

    /// <summary>Why it was made, where it comes from, and what it cannot tell.</summary>
    public DataCard DataCard { get => dataCard ?? DataCard.Empty; init => dataCard = value; }

    /// <summary>An SPDX identifier, or the seller's own text; null when nothing is said.</summary>
    public string? License { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public MarketProducts Products { get; init; } = MarketProducts.Evaluation;

    /// <summary>0 is free.</summary>
    public decimal Price { get; init; }

    /// <summary>ISO 4217.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>Submissions of one workspace within 30 days.</summary>
    public int Quota { get; init; } = ListingRules.DefaultQuota;

    public Reveal Reveal { get; init; } = Reveal.Overall;

    /// <summary>How many tasks, from the first, everybody may read; as many as <see cref="PreviewIds"/> where tasks are named.</summary>
    public int PreviewTasks { get; init; } = ListingRules.DefaultPreview;

    /// <summary>The tasks that everybody may read, by id; empty for the first ones.</summary>
    public IReadOnlyList<string> PreviewIds { get => previewIds ?? []; init => previewIds = value; }
}

namespace EvalMarket.Core.Market.Listings;

/// <summary>What a seller says of the data itself, each part Markdown; empty for nothing.</summary>
/// <param name="Motivation">What it measures, and why it was made.</param>
/// <param name="Provenance">Where tasks and answers come from, and who checked them.</param>
/// <param name="Limits">What it cannot tell.</param>
public sealed record DataCard(string Motivation = "", string Provenance = "", string Limits = "")
{
    public static DataCard Empty { get; } = new();

    public bool IsEmpty => this == Empty;
}

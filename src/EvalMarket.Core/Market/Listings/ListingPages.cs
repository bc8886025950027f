namespace EvalMarket.Core.Market.Listings;

/// <summary>What the seller says of a listing, out of its row.</summary>
public static class ListingPages
{
    public static ListingPage Of(ListingRow row) => new()
    {
        Title = row.Title,
        Summary = row.Summary,
        Description = row.Description,
        DataCard = row.DataCard,
        License = row.License,
        Tags = [.. row.Tags.OrderBy(tag => tag.Ordinal).Select(tag => tag.Tag)],
        Products = row.Products,
        Price = row.Price,
        Currency = row.Currency,
        Quota = row.Quota,
        Reveal = row.Reveal,
        PreviewTasks = row.PreviewTasks,
        PreviewIds = row.PreviewIds,
    };
}

namespace EvalMarket.Core.Datasets.Items;

/// <summary>Walks a list from a place on, or from its beginning (its end, when back).</summary>
internal delegate Task<List<ListedItem>> ItemWalk(ItemPlace? from, bool isBack, int limit);

/// <summary>Cuts pages out of a walk.</summary>
internal static class ItemPages
{
    /// <summary>The page after a place, or the first one.</summary>
    public static async Task<ItemPage> AfterAsync(ItemWalk walk, ItemPlace? after, int limit)
    {
        var items = await walk(after, false, limit + 1);
        var page = items.Take(limit).ToList();
        return new ItemPage(page, after is null || page.Count == 0 ? null : page[0].Place, items.Count > limit ? page[^1].Place : null);
    }

    /// <summary>The page before a place, in the order of the list.</summary>
    public static async Task<ItemPage> BeforeAsync(ItemWalk walk, ItemPlace before, int limit)
    {
        var items = await walk(before, true, limit + 1);
        var page = items.Take(limit).Reverse().ToList();
        return new ItemPage(page, items.Count > limit ? page[0].Place : null, page.Count == 0 ? null : page[^1].Place);
    }

    /// <summary>The page that has the item in its middle.</summary>
    public static async Task<ItemPage> AroundAsync(ItemWalk walk, ListedItem here, int limit)
    {
        var before = await walk(here.Place, true, (limit / 2) + 1);
        var taken = Math.Min(before.Count, limit / 2);
        var after = await walk(here.Place, false, limit - taken);
        var room = limit - 1 - taken;
        List<ListedItem> page = [.. before.Take(taken).Reverse(), here, .. after.Take(room)];
        return new ItemPage(page, before.Count > taken ? page[0].Place : null, after.Count > room ? page[^1].Place : null);
    }
}

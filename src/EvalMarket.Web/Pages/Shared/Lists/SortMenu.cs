namespace EvalMarket.Web.Pages.Shared.Lists;

/// <summary>The order of a list, and the ways to another one.</summary>
/// <param name="Words">"Created, newest first".</param>
internal sealed record SortMenu(string Words, IReadOnlyList<SortChoice> Choices)
{
    /// <summary>The table shows what it is ordered by.</summary>
    public bool IsInTable { get; init; }

    /// <summary>Why some cannot be chosen, in words.</summary>
    public string? Why { get; init; }
}

/// <summary>A way to an order.</summary>
/// <param name="Href">Null when the list as it stands cannot have it.</param>
/// <param name="NextWords">Which way the list would go: "newest first".</param>
/// <param name="Aria">Which way the list goes that is in this order; null when it is in another.</param>
internal sealed record SortChoice(string Label, string? Href, string NextWords, string? Aria)
{
    public string? Icon => Aria is null ? null : Aria == "descending" ? "down" : "up";
}

/// <summary>The header of a column.</summary>
/// <param name="Choice">Null when lists are not ordered by it.</param>
internal sealed record SortHeader(string Key, string Label, string Style, SortChoice? Choice);

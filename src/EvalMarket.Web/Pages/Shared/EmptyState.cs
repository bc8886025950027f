namespace EvalMarket.Web.Pages.Shared;

/// <summary>A place with nothing in it, as <c>_Empty</c> shows it: what this is, and what to do next.</summary>
public sealed record EmptyState(string Title, string Text)
{
    /// <summary>The first is the main one.</summary>
    public IReadOnlyList<EmptyAction> Actions { get; init; } = [];

    /// <summary>Shows the awning: for a place that was never filled, not for a search without a hit.</summary>
    public bool WithAwning { get; init; }
}

/// <summary>A link out of an empty place. <paramref name="Icon"/> is a name of the sprite.</summary>
public sealed record EmptyAction(string Text, string Href, string? Icon = null);

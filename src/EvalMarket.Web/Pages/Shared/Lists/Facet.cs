using EvalMarket.Formats.Sessions;

namespace EvalMarket.Web.Pages.Shared.Lists;

/// <summary>A filter of a list with its values, their numbers, and which of them are on.</summary>
/// <param name="Name">The parameter's name in the address.</param>
/// <param name="Href">Gives the values with their numbers.</param>
/// <param name="IsCounted">Whether the values are all there; until the filter is opened, only those that are on.</param>
internal sealed record Facet(string Name, string Label, string Href, IReadOnlyList<FacetChoice> Values, bool IsCounted)
{
    public const int MostValues = 50;

    /// <summary>One of its values at most.</summary>
    public bool IsSingle { get; init; }

    /// <summary>May have more values than anybody reads.</summary>
    public bool IsLong { get; init; }

    /// <summary>All its values are known without counting.</summary>
    public bool IsClosedSet { get; init; }

    /// <summary>Counted among this many matches only; null when among all.</summary>
    public long? Among { get; init; }

    /// <summary>Those are the newest, and not the first of the list.</summary>
    public bool IsOfNewest { get; init; }

    /// <summary>What the list is of: "session".</summary>
    public required string Noun { get; init; }

    public int OnCount => Values.Count(value => value.IsOn && value.Value.Length > 0);
}

/// <summary>One value of a filter.</summary>
/// <param name="Count">Null where it was not counted.</param>
internal sealed record FacetChoice(string Value, string Text, EvalStatus? Status, long? Count, bool IsOn);

using System.Text.Json;

namespace EvalMarket.Web.Pages.Datasets.Items;

/// <summary>A piece of free JSON of an item, to be read.</summary>
/// <param name="Label">What it is called.</param>
internal sealed record JsonPart(string Label, JsonElement Value)
{
    /// <summary>Values that are longer begin folded.</summary>
    public const int LongValue = 600;

    /// <summary>An id for the element, from the label.</summary>
    public string Id => Label.ToLowerInvariant().Replace(' ', '-');
}

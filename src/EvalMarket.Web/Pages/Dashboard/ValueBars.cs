using System.Globalization;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Web.Pages.Dashboard;

/// <summary>A value of a field with its sessions; <paramref name="Href"/> is null where no list can show them.</summary>
internal sealed record ValueBar(string Text, StatusNumbers Numbers, string? Href);

/// <summary>A table of a field's values in which each row has a bar: the table is the numbers, the bars are for the eye.</summary>
/// <param name="Heading">"By model".</param>
/// <param name="Column">"Model".</param>
/// <param name="Note">Below the table: what is left out.</param>
/// <param name="Nothing">What stands there without a value.</param>
internal sealed record ValueBars(string Id, string Heading, string Column, IReadOnlyList<ValueBar> Bars, string? Note, string Nothing)
{
    private const double Whole = 1000;

    /// <summary>Pieces of a bar of 1000: as long as the value is common, cut by label.</summary>
    public IEnumerable<(EvalStatus? Status, string X, string Width)> Pieces(ValueBar bar)
    {
        var most = Math.Max(1, Bars.Max(each => each.Numbers.All));
        var x = 0d;
        foreach (var status in StackedBars.Layers.Where(status => bar.Numbers.Of(status) > 0))
        {
            var width = Whole * bar.Numbers.Of(status) / most;
            yield return (status, x.ToString("0.#", CultureInfo.InvariantCulture), Math.Max(2, width).ToString("0.#", CultureInfo.InvariantCulture));
            x += width;
        }
    }
}

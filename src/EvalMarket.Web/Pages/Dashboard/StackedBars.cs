using System.Globalization;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Dashboard;

/// <summary>A column of a chart over time.</summary>
/// <param name="Label">"2 Mar".</param>
/// <param name="Words">"Week of 2 Mar 2026".</param>
/// <param name="Href">The sessions that it stands for.</param>
internal sealed record TimeBar(string Label, string Words, StatusNumbers Numbers, string Href);

/// <summary>A chart of stacked columns over time, with the geometry of its SVG. The numbers stand beside it as a table.</summary>
/// <param name="Id">For the ids of its parts.</param>
/// <param name="Title">What it shows, for who cannot see it.</param>
/// <param name="StatusHref">From a column and a label to the sessions; null where only whole columns can be looked at.</param>
internal sealed record StackedBars(string Id, string Title, IReadOnlyList<TimeBar> Bars, Func<TimeBar, EvalStatus, string>? StatusHref)
{
    public const int Width = 720;
    public const int Height = 190;
    private const int Left = 46;
    private const int Top = 12;
    private const int Bottom = 160;
    private const int WidestBar = 34;
    private const int MostLabels = 9;

    /// <summary>From the bottom of a column upwards; those without a label on top.</summary>
    public static IReadOnlyList<EvalStatus?> Layers { get; } = [.. EvalStatuses.All.Select(status => (EvalStatus?)status), null];

    public static string Fill(EvalStatus? status) => status is { } given ? $"fill-{Display.LabelClass(given)}" : "fill-none";

    public static string Name(EvalStatus? status) => status is { } given ? Display.Label(given) : "No label";

    /// <summary>The top of the scale: one, two or five times a power of ten, at least the highest column.</summary>
    public long Scale => ScaleOf(Bars.Select(bar => bar.Numbers.All).DefaultIfEmpty(0).Max());

    /// <summary>Lines across, each with its number.</summary>
    public IEnumerable<(string Y, string TextY, string Text)> Rules()
    {
        var steps = Scale < 4 ? (int)Scale : 4;
        for (var step = 1; step <= steps; step++)
        {
            var y = Bottom - ((Bottom - Top) * step / (double)steps);
            yield return (Text(y), Text(y + 4), Display.Number(Scale * step / steps));
        }
    }

    /// <summary>The pieces of each column, and the place of its label: null where labels would run into each other.</summary>
    public IEnumerable<(TimeBar Bar, string X, string Width, IReadOnlyList<(EvalStatus? Status, string Y, string Height)> Pieces, string? LabelX)> Columns()
    {
        var pitch = (Width - Left) / (double)Math.Max(1, Bars.Count);
        var width = Math.Min(WidestBar, Math.Max(2, pitch * 0.78));
        var every = (int)Math.Ceiling(Bars.Count / (double)MostLabels);
        foreach (var (index, bar) in Bars.Index())
        {
            var x = Left + (pitch * index) + ((pitch - width) / 2);
            List<(EvalStatus?, string, string)> pieces = [];
            var y = (double)Bottom;
            foreach (var status in Layers.Where(status => bar.Numbers.Of(status) > 0))
            {
                var height = (Bottom - Top) * bar.Numbers.Of(status) / (double)Scale;
                y -= height;
                pieces.Add((status, Text(y), Text(Math.Max(0.5, height - (height > 4 ? 1 : 0)))));
            }

            yield return (bar, Text(x), Text(width), pieces, index % every == 0 ? Text(x + (width / 2)) : null);
        }
    }

    public static long ScaleOf(long most)
    {
        for (long power = 1; ; power *= 10)
        {
            foreach (var factor in new[] { 1, 2, 4, 5, 10 })
            {
                if (power * factor >= most)
                {
                    return power * factor;
                }
            }
        }
    }

    private static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}

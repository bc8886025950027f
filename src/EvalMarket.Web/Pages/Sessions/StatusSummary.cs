using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>How the labels are distributed: a bar and its numbers.</summary>
internal sealed record StatusSummary(string Workspace, SessionCounts Counts)
{
    private const double Whole = 1000;
    private const double Gap = 3;

    public long Total => EvalStatuses.All.Sum(Counts.Of);

    /// <summary>For who cannot see the bar.</summary>
    public string Words => $"Labels: {string.Join(", ", EvalStatuses.All.Select(status => $"{Display.Number(Counts.Of(status))} {Display.Label(status).ToLowerInvariant()}"))}";

    /// <summary>Places in a bar of 1000.</summary>
    public IEnumerable<(EvalStatus Status, string Start, string Width)> Bars()
    {
        var start = 0d;
        foreach (var status in EvalStatuses.All.Where(status => Counts.Of(status) > 0))
        {
            var width = Whole * Counts.Of(status) / Total;
            yield return (status, start.ToString("0.#"), Math.Max(1, width - Gap).ToString("0.#"));
            start += width;
        }
    }
}

using System.Globalization;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Changes;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Dashboard;

/// <summary>The workspace in numbers: what came in, how it is labelled, who labelled it.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class DashboardModel(SessionStatistics statistics, LabelHistory history, Tenant tenant, TimeProvider clock) : PageModel
{
    /// <summary>Rows of a table of values; the rest is a click away in the list's filters.</summary>
    private const int MostValues = 10;

    private const int RecentChanges = 5;

    public DashboardPeriod Period { get; private set; } = null!;

    /// <summary>Of the period.</summary>
    public SessionTotals Totals { get; private set; } = null!;

    /// <summary>Whether there is any session at all.</summary>
    public bool IsEmpty { get; private set; }

    public long LabelledToday { get; private set; }

    public long LabelledThisWeek { get; private set; }

    public StackedBars Created { get; private set; } = null!;

    public StackedBars Labelled { get; private set; } = null!;

    public IReadOnlyList<ValueBars> Values { get; private set; } = [];

    public ChangeTable Recent { get; private set; } = null!;

    public string Workspace => tenant.Required;

    /// <summary>Periods to choose from, with the one that the address says.</summary>
    public IEnumerable<(string Text, string Href, bool IsOn)> Presets()
    {
        foreach (var (text, period) in new[]
        {
            ("All time", new DashboardPeriod(null, null)),
            ("7 days", DashboardPeriod.Last(7, Today)),
            ("30 days", DashboardPeriod.Last(30, Today)),
            ("90 days", DashboardPeriod.Last(90, Today)),
            ("This year", new DashboardPeriod(new DateOnly(Today.Year, 1, 1), null)),
        })
        {
            yield return (text, Addresses.Dashboard(Workspace) + QueryString.Create(period.Pairs()), Period == period);
        }
    }

    private DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Period = DashboardPeriod.Read(Request.Query);
        var filter = new SessionFilter { From = Period.Start, To = Period.End };
        Totals = await statistics.TotalsAsync(filter, cancellationToken);
        IsEmpty = Totals.Sessions == 0 && (Period.IsAll || (await statistics.TotalsAsync(SessionFilter.All, cancellationToken)).Sessions == 0);
        if (IsEmpty)
        {
            return;
        }

        var today = new DateTimeOffset(Today.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        LabelledToday = await statistics.CountLabelledAsync(today, cancellationToken);
        LabelledThisWeek = await statistics.CountLabelledAsync(today.AddDays(-(((int)today.DayOfWeek + 6) % 7)), cancellationToken);
        Created = Bars("created", "Sessions by when they were created", await statistics.CreatedAsync(filter, cancellationToken), SessionsOf, (bar, status) => $"{bar.Href}&status={status.ToWire()}");
        Labelled = Bars("labelled", "Sessions by when they were last labelled", await statistics.LabelledAsync(Period.Start, Period.End, cancellationToken), ChangesOf, null);
        Values =
        [
            await ByFieldAsync(SessionFacet.Model, SessionFilterParameters.Model, "model", filter, cancellationToken),
            await ByFieldAsync(SessionFacet.Author, SessionFilterParameters.Author, "author", filter, cancellationToken),
            await ByFieldAsync(SessionFacet.Tag, SessionFilterParameters.Tag, "tag", filter, cancellationToken),
            await ByReviewerAsync(cancellationToken),
        ];
        Recent = new ChangeTable(Workspace, await history.ListAsync(new LabelChangeFilter(), null, RecentChanges, cancellationToken), tenant.Actor.May(Permission.Label));
    }

    private StackedBars Bars(string id, string title, IReadOnlyList<DayNumbers> days, Func<DashboardPeriod, string> href, Func<TimeBar, EvalStatus, string>? statusHref)
    {
        if (days.Count == 0)
        {
            return new StackedBars(id, title, [], statusHref);
        }

        var bars = Period.Bars(days[0].Day, days[^1].Day).Select(part =>
        {
            var from = part.From!.Value;
            var isMonth = part.To!.Value.DayNumber - from.DayNumber > 6;
            var words = isMonth ? from.ToString("MMMM yyyy", CultureInfo.InvariantCulture)
                : $"{from.ToString("d MMM", CultureInfo.InvariantCulture)} to {part.To.Value.ToString("d MMM yyyy", CultureInfo.InvariantCulture)}";
            return (Part: part, Bar: new TimeBar(from.ToString(isMonth ? "MMM yyyy" : "d MMM", CultureInfo.InvariantCulture), words, StatusNumbers.None, href(part)));
        }).ToList();
        // Days and bars both go forward in time: each is met once.
        var at = 0;
        foreach (var day in days)
        {
            while (at < bars.Count - 1 && day.Day > bars[at].Part.To)
            {
                at++;
            }

            bars[at] = (bars[at].Part, bars[at].Bar with { Numbers = bars[at].Bar.Numbers + day.Numbers });
        }

        return new StackedBars(id, title, [.. bars.Select(bar => bar.Bar)], statusHref);
    }

    private async Task<ValueBars> ByFieldAsync(SessionFacet facet, string parameter, string word, SessionFilter filter, CancellationToken cancellationToken)
    {
        var values = await statistics.ByFieldAsync(facet, filter, MostValues + 1, cancellationToken);
        var bars = values.Take(MostValues).Select(value => new ValueBar(
            value.Value ?? $"no {word}",
            value.Numbers,
            value.Value is null ? null : Addresses.Sessions(Workspace) + QueryString.Create([new(parameter, value.Value), .. Period.Pairs()])));
        return new ValueBars(word, $"By {word}", char.ToUpperInvariant(word[0]) + word[1..], [.. bars], values.Count > MostValues ? $"The {MostValues} commonest. All are in the filters of Sessions." : null, $"No session has a {word}.");
    }

    private async Task<ValueBars> ByReviewerAsync(CancellationToken cancellationToken)
    {
        var values = await statistics.ByReviewerAsync(Period.Start, Period.End, MostValues + 1, cancellationToken);
        var bars = values.Take(MostValues).Select(value => new ValueBar(
            value.Value!, value.Numbers, Addresses.Changes(Workspace) + QueryString.Create([new(ChangesModel.By, value.Value), .. Period.Pairs()])));
        return new ValueBars("reviewer", "By reviewer", "Reviewer", [.. bars], "Who labelled a session last, by when that was.", "Nobody has labelled a session.");
    }

    private string SessionsOf(DashboardPeriod part) => Addresses.Sessions(Workspace) + QueryString.Create(part.Pairs());

    private string ChangesOf(DashboardPeriod part) => Addresses.Changes(Workspace) + QueryString.Create(part.Pairs());
}

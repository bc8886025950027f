using System.Globalization;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Changes;

/// <summary>The workspace's changes of labels, newest first: of one person, of a period, or all.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class ChangesModel(LabelHistory history, Tenant tenant) : PageModel
{
    public const string By = "by";
    public const string From = "from";
    public const string To = "to";
    private const string Before = "before";
    private const int PageSize = 50;

    private static readonly IReadOnlyList<QueryParameter> Known =
        [new(By, "Who changed."), new(From, "On this day or later."), new(To, "On this day or before."), new(Before, "Where the page begins.")];

    public IReadOnlyList<LabelChangeOverview> Changes { get; private set; } = [];

    public string? Person { get; private set; }

    /// <summary>"2026-03-02 to 2026-03-08"; null without one.</summary>
    public string? Period { get; private set; }

    public bool IsFiltered => Person is not null || Period is not null;

    public string? OlderHref { get; private set; }

    public string Workspace => tenant.Required;

    public bool MayLabel => tenant.Actor.May(Permission.Label);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var query = new QueryReader(HttpContext, Known);
        Person = query.Text(By);
        var (from, to) = (query.From(From), query.Until(To));
        Period = (from, to) switch
        {
            (null, null) => null,
            _ => $"{Request.Query[From]} to {(to is null ? "today" : Request.Query[To].ToString())}",
        };
        var filter = new LabelChangeFilter(Person, from, to);
        var found = await history.ListAsync(filter, query.Number(Before, 0, long.MaxValue), PageSize + 1, cancellationToken);
        Changes = [.. found.Take(PageSize)];
        OlderHref = found.Count <= PageSize ? null : Addresses.Changes(Workspace) + QueryString.Create(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [By] = Person,
            [From] = Request.Query[From],
            [To] = Request.Query[To],
            [Before] = Changes[^1].Number.ToString(CultureInfo.InvariantCulture),
        }.Where(pair => !string.IsNullOrEmpty(pair.Value)));
    }
}

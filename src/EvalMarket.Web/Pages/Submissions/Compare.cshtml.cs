using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Submissions;

/// <summary>Two of the workspace's own submissions to one listing, side by side.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class CompareModel(SubmissionReports reports, Tenant tenant) : PageModel
{
    public string Workspace => tenant.Required;

    /// <summary>The older one.</summary>
    public SubmissionView? One { get; private set; }

    public SubmissionView? Other { get; private set; }

    /// <summary>Tasks whose scores differ, the largest loss first.</summary>
    public IReadOnlyList<(string Task, decimal Before, decimal After)> Rows { get; private set; } = [];

    public int Better => Rows.Count(row => row.After > row.Before);

    public int Worse => Rows.Count(row => row.After < row.Before);

    /// <summary>Two are named by a and b, or as two ids.</summary>
    /// <param name="a">One of them; or both as <paramref name="id"/>.</param>
    public async Task OnGetAsync(string? a, string? b, string[] id, CancellationToken cancellationToken)
    {
        List<SubmissionView> found = [];
        foreach (var text in new[] { a, b }.Concat(id).OfType<string>().Distinct(StringComparer.Ordinal).Take(2))
        {
            if (TypeId.TryParse<SubmissionId>(text, out var submission) && await reports.OpenAsync(submission, cancellationToken) is { IsGraded: true } report)
                found.Add(report);
        }

        if (found.Count != 2 || found[0].Row.ListingId != found[1].Row.ListingId)
            return;
        (One, Other) = found[0].Row.CreatedAt <= found[1].Row.CreatedAt ? (found[0], found[1]) : (found[1], found[0]);
        if (One.Tasks is null || Other.Tasks is null)
            return;
        var before = One.Tasks.ToDictionary(task => task.TaskId, task => task.Score, StringComparer.Ordinal);
        Rows =
        [
            .. Other.Tasks.Where(task => task.Score is not null && before.GetValueOrDefault(task.TaskId) is { } score && score != task.Score)
                .Select(task => (task.TaskId, before[task.TaskId]!.Value, task.Score!.Value)).OrderBy(row => row.Item3 - row.Item2),
        ];
    }

    /// <summary>A post means nothing here.</summary>
    public IActionResult OnPost() => BadRequest();
}

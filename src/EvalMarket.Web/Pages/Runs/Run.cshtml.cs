using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Runs;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Runs;

/// <summary>A run: its numbers, its sections, and its results, what failed first.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class RunModel(RunDirectory runs, RunItems items, RunUploads uploads, RunUpdates updates, DatasetDirectory datasets, Tenant tenant) : PageModel
{
    private const int PageLength = 25;

    /// <summary>Runs that can be chosen to compare with.</summary>
    private const int MostOthers = 50;

    public RunView Run { get; private set; } = null!;

    /// <summary>Null when it was deleted since.</summary>
    public DatasetView? Dataset { get; private set; }

    public IReadOnlyList<RunItemView> Results { get; private set; } = [];

    public RunOutcome? Outcome { get; private set; }

    public int? Section { get; private set; }

    public string? NextHref { get; private set; }

    public IReadOnlyList<RunRow> Others { get; private set; } = [];

    /// <summary>What was wrong with a change; nothing of it was kept.</summary>
    public IReadOnlyList<ContentError> Errors { get; private set; } = [];

    public string Workspace => tenant.Required;

    public bool MayExport => tenant.Actor.May(Permission.Export);

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    /// <summary>The page with another filter.</summary>
    public string Href(RunOutcome? outcome, int? section) => Addresses.With(Addresses.Run(Workspace, Run.Row.Id.Value), Pairs(outcome, section)) + "#results";

    public async Task<IActionResult> OnGetAsync(string run, string? outcome, int? section, string? after, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<RunId>(run, out var id) || await runs.FindAsync(id, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        Run = found;
        Dataset = await datasets.FindAsync(found.Row.DatasetId, cancellationToken);
        Outcome = Enum.TryParse<RunOutcome>(outcome, ignoreCase: true, out var wanted) && Enum.IsDefined(wanted) ? wanted : null;
        Section = section >= 0 && section < found.Document.Sections.Count ? section : null;
        var place = after is not null && Cursor.TryDecode(after, 2, out var parts) && int.TryParse(parts[0], out var reached) && TypeId.TryParse<ItemId>(parts[1], out var item)
            ? new RunResultPlace((RunOutcome)reached, item)
            : null;
        var page = await runs.ResultsAsync(found, new RunResultFilter(Outcome, Section), place, PageLength, cancellationToken);
        Results = await items.WithItemsAsync(found, page.Items, cancellationToken);
        NextHref = page.Next is { } next
            ? Addresses.With(Addresses.Run(Workspace, run), [.. Pairs(Outcome, Section), new("after", Cursor.Encode(((int)next.Outcome).ToString(), next.Item.Value))]) + "#results"
            : null;
        Others = [.. (await runs.ListAsync(found.Row.DatasetId, null, MostOthers, cancellationToken)).Items.Where(other => other.Id != id)];
        return Page();
    }

    /// <summary>Says how far the run is, with results if there are some.</summary>
    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostUpdateAsync(string run, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<RunId>(run, out var id) || !await runs.ExistsAsync(id, cancellationToken))
        {
            return NotFound();
        }

        var form = await Request.ReadFormAsync(cancellationToken);
        var file = form.Files.FirstOrDefault(each => each.Length > 0);
        await using var content = file?.OpenReadStream();
        var fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["status"] = form["status"].ToString() };
        if ((await updates.UpdateAsync(id, fields, content, cancellationToken)).Succeeded(out _, out var failure))
        {
            return Redirect(Addresses.Run(Workspace, run));
        }

        Errors = failure is Invalid invalid ? invalid.Errors : [new ContentError(failure.Message)];
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return await OnGetAsync(run, null, null, null, cancellationToken);
    }

    /// <summary>Deletes the run.</summary>
    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostAsync(string run, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<RunId>(run, out var id) || await runs.FindAsync(id, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        await uploads.DeleteAsync(id, cancellationToken);
        return Redirect(Addresses.Runs(Workspace, found.Row.DatasetId.Value));
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(RunOutcome? outcome, int? section)
    {
        if (outcome is { } word)
        {
            yield return new("outcome", word.ToString().ToLowerInvariant());
        }

        if (section is { } number)
        {
            yield return new("section", number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}

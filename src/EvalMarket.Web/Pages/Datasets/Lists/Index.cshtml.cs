using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Lists;

/// <summary>The datasets of the workspace, and those that can still be brought back.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class DatasetsModel(DatasetDirectory directory, DatasetEditing editing, Tenant tenant) : PageModel
{
    private const int PageSize = 50;

    public string Workspace => tenant.Required;

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public bool MayExport => tenant.Actor.May(Permission.Export);

    public string? Query { get; private set; }

    public IReadOnlyList<DatasetView> Datasets { get; private set; } = [];

    public IReadOnlyList<DatasetRow> Deleted { get; private set; } = [];

    public string? On { get; private set; }

    public string? Back { get; private set; }

    /// <summary>What the search looks for, to be marked.</summary>
    public IReadOnlyList<string> Words => Query is null ? [] : [Query.ToLowerInvariant()];

    /// <summary>Nothing was ever here, and nothing is asked for.</summary>
    public bool IsEmpty => Datasets.Count == 0 && Query is null && Back is null;

    public async Task<IActionResult> OnGetAsync(string? q, string? cursor, CancellationToken cancellationToken)
    {
        Query = string.IsNullOrWhiteSpace(q) ? null : q.Trim();
        DatasetId? after = TypeId.TryParse<DatasetId>(cursor, out var id) ? id : null;
        var page = await directory.ListAsync(Query, after, PageSize, cancellationToken);
        Datasets = page.Items;
        Deleted = await directory.DeletedAsync(cancellationToken);
        IEnumerable<KeyValuePair<string, string>> query = Query is null ? [] : [new("q", Query)];
        On = page.Next is { } next ? Addresses.With(Addresses.Datasets(Workspace), [.. query, new("cursor", next.Value)]) : null;
        Back = after is null ? null : Addresses.With(Addresses.Datasets(Workspace), query);
        Response.Headers.Vary = "HX-Request";
        return Request.Headers.ContainsKey("HX-Request") ? Partial("/Pages/Datasets/Lists/_Results.cshtml", this) : Page();
    }

    /// <summary>Brings a deleted dataset back.</summary>
    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostRestoreAsync(string? dataset, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<DatasetId>(dataset, out var id))
        {
            return NotFound();
        }

        var outcome = await editing.BringBackAsync(id, cancellationToken);
        if (!outcome.Succeeded(out var row, out _))
        {
            return NotFound();
        }

        var address = Addresses.Dataset(Workspace, id.Value);
        this.Toast(new ToastMessage($"“{row.Name}” is back.") { Tone = "good", Link = new ToastLink(address, "Open it") });
        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            return Redirect(Addresses.Datasets(Workspace));
        }

        Response.Headers["HX-Redirect"] = Addresses.Datasets(Workspace);
        return new OkResult();
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public IActionResult OnPost() => BadRequest();
}

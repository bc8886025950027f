using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Views;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Lists;

/// <summary>The datasets of the workspace, and those that can still be brought back.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class DatasetsModel(DatasetDirectory directory, DatasetEditing editing, SavedViews savedViews, Tenant tenant) : PageModel
{
    private const int PageSize = 50;

    public string Workspace => tenant.Required;

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public bool MayExport => tenant.Actor.May(Permission.Export);

    public DatasetListAddress Address { get; private set; } = null!;

    public SavedViewTabs Views { get; private set; } = null!;

    public string? Query => Address.Query;

    public IReadOnlyList<DatasetView> Datasets { get; private set; } = [];

    public IReadOnlyList<DatasetRow> Deleted { get; private set; } = [];

    public string? On { get; private set; }

    public string? Back { get; private set; }

    /// <summary>What the search looks for, to be marked.</summary>
    public IReadOnlyList<string> Words => Query is null ? [] : [Query.ToLowerInvariant()];

    /// <summary>Nothing was ever here, and nothing is asked for.</summary>
    public bool IsEmpty => Datasets.Count == 0 && Query is null && Address.After is null && Address.Before is null;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        Address = DatasetListAddress.Read(HttpContext, Workspace);
        var order = Address.Order;
        var page = Address.Before is { } before && await directory.ListBackAsync(Query, order, before, PageSize, cancellationToken) is { Items.Count: PageSize } back
            ? back
            : await directory.ListAsync(Query, order, Address.After, PageSize, cancellationToken);
        Datasets = page.Items;
        Deleted = await directory.DeletedAsync(cancellationToken);
        On = page.Next is { } next ? Address.From(next) : null;
        Back = page.Previous is { } previous ? Address.Until(previous) : null;
        Views = SavedViewTabs.Of(Address.Viewable(), await savedViews.ListAsync(ViewedList.Datasets, null, cancellationToken), savedViews);
        Response.Headers.Vary = "HX-Request";
        return Request.Headers.ContainsKey("HX-Request") ? Partial("/Pages/Datasets/Lists/_Results.cshtml", this) : Page();
    }

    /// <summary>Keeps the list as it stands under a name.</summary>
    public Task<IActionResult> OnPostViewAsync(string? name, bool shared, CancellationToken cancellationToken)
    {
        Address = DatasetListAddress.Read(HttpContext, Workspace);
        return this.SaveViewAsync(savedViews, ViewedList.Datasets, null, Address.Viewable(), new NewView(name, shared), Address.List(), cancellationToken);
    }

    /// <summary>Puts the list as it stands into the view that it was opened from.</summary>
    public Task<IActionResult> OnPostUpdateViewAsync(CancellationToken cancellationToken)
    {
        Address = DatasetListAddress.Read(HttpContext, Workspace);
        return this.UpdateViewAsync(savedViews, ViewedList.Datasets, null, Address.Viewable(), Address.List(), cancellationToken);
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

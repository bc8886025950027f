using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Datasets.Versions;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Shared.Lists;
using EvalMarket.Web.Pages.Views;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Explorer;

/// <summary>The items of a dataset: sections, search, filters, pages, what can be done with many of them.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class ExplorerModel(
    DatasetAccess access, ItemDirectory items, ItemEditing editing, ItemLists lists, DatasetRestoring restoring, SavedViews savedViews, Limits limits) : PageModel
{
    private const string ResultsId = "results";

    private DatasetView view = null!;

    private ItemListing listing = null!;

    public DatasetAddress Address { get; private set; } = null!;

    public DatasetRow Dataset => view.Row;

    public DatasetHead Head { get; private set; } = null!;

    public IReadOnlyList<SectionView> Sections => listing.Sections;

    public IReadOnlyList<ListedItem> Rows => listing.Items;

    public ItemPlace? Back => listing.Back;

    public ItemPlace? On => listing.On;

    public long Total => listing.Total.Number;

    public string TotalText => listing.Total.IsAtLeast ? $"{Display.Number(Total)}+" : Display.Number(Total);

    /// <summary>Items in the sections that are ticked, whatever else narrows the list.</summary>
    public long InSections => (Address.Sections.Count == 0 ? Sections : Sections.Where(section => Address.Sections.Contains(section.Id))).Sum(section => section.ItemCount);

    public int ShownVersion => Address.Version ?? Dataset.Version;

    /// <summary>The item that a link leads to, when it is on the page.</summary>
    public ItemId? Target => listing.Target;

    /// <summary>The item that a link leads to, when it is not there.</summary>
    public MissingItem? Missing => listing.Missing;

    public IReadOnlyList<string> Words { get; private set; } = [];

    public IReadOnlyList<Facet> Facets { get; private set; } = [];

    public IReadOnlyList<ItemColumn> Columns { get; private set; } = [];

    public IReadOnlyDictionary<ItemColumn, string?> Widths { get; private set; } = new Dictionary<ItemColumn, string?>();

    public ColumnForm ColumnForm => new(Address.Handler("columns"), Columns, ItemColumn.Columns.All);

    /// <summary>The views above the list; null for an old version, of which nobody keeps any.</summary>
    public SavedViewTabs? Views { get; private set; }

    /// <summary>Rows say their section: where it does not stand above them.</summary>
    public bool ShowsSections => !Address.ShownOrder.IsPosition && Sections.Count > 1 && !Columns.Any(column => column.Key == ItemColumn.Section);

    public bool MayEdit => access.MayEdit;

    public bool MayExport => access.MayExport;

    public string NameOf(SectionId section) => Sections.FirstOrDefault(known => known.Id == section)?.Name ?? section.Value;

    public long CountOf(SectionId section) => Sections.FirstOrDefault(known => known.Id == section)?.ItemCount ?? 0;

    public async Task<IActionResult> OnGetAsync(string dataset, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
        {
            return NotFound();
        }

        Response.Headers.Vary = "HX-Request";
        if (Request.Headers.ContainsKey("HX-Request"))
        {
            return await ResultsAsync(cancellationToken);
        }

        if (!await LoadAsync(cancellationToken))
        {
            return NotFound();
        }

        Head = await access.HeadAsync(view, "items", Address, cancellationToken);
        Facets = Request.Query["facets"] == "all" ? await ItemFilters.AllAsync(lists, Address, cancellationToken) : ItemFilters.Closed(Address);
        return Page();
    }

    /// <summary>One facet's values with their numbers, when its popover opens.</summary>
    public async Task<IActionResult> OnGetFacetAsync(string dataset, string? name, string? find, CancellationToken cancellationToken) =>
        await FindAsync(dataset, cancellationToken) && await ItemFilters.OfAsync(lists, Address, name, find, cancellationToken) is { } facet
            ? Partial("/Pages/Shared/Lists/_FacetValues.cshtml", facet)
            : NotFound();

    /// <summary>Chooses the columns: for the address when it names some, else for the person on all their visits.</summary>
    public async Task<IActionResult> OnPostColumnsAsync(string dataset, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken) || !Request.HasFormContentType)
        {
            return NotFound();
        }

        Columns = ItemColumn.Columns.Read(await Request.ReadFormAsync(cancellationToken));
        if (Address.Columns is not null)
        {
            Address = Address with { Columns = ItemColumn.Write(Columns) };
        }
        else
        {
            ItemColumn.Columns.Keep(HttpContext, Columns);
        }

        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            return Redirect(Address.ListPage());
        }

        Response.Headers["HX-Push-Url"] = Address.Columns is null ? "false" : Address.ListPage();
        return await ResultsAsync(cancellationToken);
    }

    /// <summary>Keeps the list as it stands under a name.</summary>
    public async Task<IActionResult> OnPostViewAsync(string dataset, string? name, bool shared, CancellationToken cancellationToken) =>
        await FindAsync(dataset, cancellationToken)
            ? await this.SaveViewAsync(savedViews, ViewedList.Items, view.Id, Viewable([]), new NewView(name, shared), Address.ListPage(), cancellationToken)
            : NotFound();

    /// <summary>Puts the list as it stands into the view that it was opened from.</summary>
    public async Task<IActionResult> OnPostUpdateViewAsync(string dataset, CancellationToken cancellationToken) =>
        await FindAsync(dataset, cancellationToken)
            ? await this.UpdateViewAsync(savedViews, ViewedList.Items, view.Id, Viewable([]), Address.ListPage(), cancellationToken)
            : NotFound();

    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostBulkAsync(string dataset, string? action, string? tag, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
        {
            return NotFound();
        }

        if (!Request.HasFormContentType || SelectedItems.Read(await Request.ReadFormAsync(cancellationToken), Address, limits) is not { } selection)
        {
            return BadRequest();
        }

        if (ItemBulkChange.Of(action, tag) is not { } change)
        {
            return this.Refuse(new ToastMessage("Nothing was changed.") { Tone = "error", Detail = "Give a tag of at most 100 characters." }, Address.ListPage());
        }

        var outcome = await change.MakeAsync(editing, Address.Dataset, selection, cancellationToken);
        return outcome.Succeeded(out var result, out var failure)
            ? await AnswerAsync(
                new ToastMessage(result.Items == 0 ? "Nothing to change: the items were like that already" : $"{Display.Count(result.Items, "item")} {change.Done}. This is version {result.Version}.")
                {
                    Tone = "good",
                    Undo = result.Items == 0 ? null : VersionWords.Undo(Address, result.Version),
                },
                cancellationToken)
            : failure is Core.NotFound ? NotFound() : this.Refuse(new ToastMessage("Nothing was changed.") { Tone = "error", Detail = failure.Message }, Address.ListPage());
    }

    /// <summary>Takes a change back, as long as it is the newest one.</summary>
    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostUndoAsync(string dataset, int version, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
        {
            return NotFound();
        }

        if (version != Dataset.Version)
        {
            return this.Refuse(new ToastMessage("Nothing was taken back.") { Tone = "error", Detail = "The dataset was changed again since. Restore an earlier version from Versions." }, Address.ListPage());
        }

        var outcome = await restoring.RestoreAsync(Address.Dataset, version - 1, $"Version {version} taken back", cancellationToken);
        return outcome.Succeeded(out var now, out var failure)
            ? await AnswerAsync(new ToastMessage($"Taken back. This is version {now.Row.Version}.") { Tone = "good", Undo = VersionWords.Undo(Address, now.Row.Version) }, cancellationToken)
            : failure is Core.NotFound ? NotFound() : this.Refuse(new ToastMessage("Nothing was taken back.") { Tone = "error", Detail = failure.Message }, Address.ListPage());
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public async Task<IActionResult> OnPostAsync(string dataset, CancellationToken cancellationToken) => await FindAsync(dataset, cancellationToken) ? BadRequest() : NotFound();

    private async Task<bool> FindAsync(string dataset, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(dataset, cancellationToken) is not { } found)
        {
            return false;
        }

        view = found;
        Address = DatasetAddress.Read(HttpContext, access.Workspace, found.Id);
        if (Address.Version == found.Row.Version)
        {
            Address = Address with { Version = null };
        }

        return true;
    }

    private async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await lists.LoadAsync(view, Address, cancellationToken) is not { } loaded)
        {
            return false;
        }

        listing = loaded;
        Words = Address.Query is { } query ? SearchWords.OfQuery(query) : [];
        Columns = Columns.Count > 0 ? Columns : ItemColumn.Columns.Of(HttpContext, Address.Columns);
        Widths = TableColumn.Widths(Columns, column => column.Sort == Address.ShownOrder.Sort);
        if (Address.Version is null)
        {
            var all = Address with { Sections = [], Query = null, Tags = [], IsLinked = null, Origins = [], HasOutput = null, View = null };
            // Out of a saved view, its order and columns stay behind.
            all = Address.View is null ? all : all with { Order = ItemOrder.OfDataset, Columns = null };
            Views = SavedViewTabs.Of(
                Viewable([new ViewTab("All", all.List(), view.Row.ItemCount, !Address.IsFiltered, IsShared: true)]), await savedViews.ListAsync(ViewedList.Items, view.Id, cancellationToken), savedViews);
        }

        return true;
    }

    /// <summary>The list as it stands, with the columns that the person sees.</summary>
    private ViewableList Viewable(IReadOnlyList<ViewTab> own) => new(
        Address.Workspace, Address.Path, Address.View, Address.ViewQuery(ItemColumn.Write(Columns.Count > 0 ? Columns : ItemColumn.Columns.Of(HttpContext, Address.Columns))), own, Address.Handler);

    private async Task<IActionResult> ResultsAsync(CancellationToken cancellationToken) =>
        await LoadAsync(cancellationToken) ? Partial("/Pages/Datasets/Explorer/_Results.cshtml", this) : NotFound();

    private async Task<IActionResult> AnswerAsync(ToastMessage toast, CancellationToken cancellationToken)
    {
        if (!Request.Headers.ContainsKey("HX-Request"))
        {
            this.Toast(toast);
            return Redirect(Address.ListPage());
        }

        // The change is in the index: what is listed from here on is the new version.
        if (await access.FindAsync(Address.Dataset.Value, cancellationToken) is { } now)
        {
            view = now;
        }

        var isList = Request.Headers["HX-Target"] == ResultsId;
        Response.Headers["HX-Trigger"] = toast.ToTrigger(peekGone: OpenPanel.Of<ItemId>(Request) is { } open && await items.FindAsync(Address.Dataset, open, cancellationToken) is null, itemsChanged: !isList);
        return isList ? await ResultsAsync(cancellationToken) : new NoContentResult();
    }
}

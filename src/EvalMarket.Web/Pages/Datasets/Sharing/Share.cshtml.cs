using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Links;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Datasets.Explorer;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Sharing;

/// <summary>Says what becomes visible to whom, and makes public links. A dialog with scripts, a page without.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class ShareModel(DatasetAccess access, ItemStore store, PublicLinks links, MemberService members, AccountLinks addresses) : PageModel
{
    private DatasetAddress address = null!;

    private ItemId id;

    public DatasetRow Dataset { get; private set; } = null!;

    public DatasetItem Item { get; private set; } = null!;

    public int Members { get; private set; }

    /// <summary>The public address that was just made: the only answer that ever holds it.</summary>
    public string? MadeLink { get; private set; }

    public string Workspace => access.Workspace;

    public string MemberLink => addresses.To(address.Link(id.Value));

    public string ItemHref => address.Item(id.Value);

    public string Action => address.Share(id.Value);

    /// <summary>What the item has and the public page leaves out.</summary>
    public IEnumerable<string> NotShown
    {
        get
        {
            IEnumerable<(string What, bool IsThere)> parts =
            [
                ("its context", !JsonObjects.IsEmpty(Item.Context)),
                ("participant data", !JsonObjects.IsEmpty(Item.ParticipantData)),
                ("session state", !JsonObjects.IsEmpty(Item.SessionState)),
                ("metadata", !JsonObjects.IsEmpty(Item.Metadata)),
                ("files", Item.Assets.Count > 0),
            ];
            return ["the source session", .. parts.Where(part => part.IsThere).Select(part => part.What)];
        }
    }

    public async Task<IActionResult> OnGetAsync(string dataset, string item, CancellationToken cancellationToken) =>
        !await FindAsync(dataset, item, cancellationToken) ? NotFound()
        : Request.Headers.ContainsKey("HX-Request") ? Partial("/Pages/Datasets/Sharing/_ShareDialog.cshtml", this)
        : Page();

    public async Task<IActionResult> OnPostAsync(string dataset, string item, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, item, cancellationToken))
        {
            return NotFound();
        }

        var outcome = await links.CreateAsync(Dataset.Id, id, cancellationToken);
        if (!outcome.Succeeded(out var made, out var failure))
        {
            return failure is Core.NotFound ? NotFound() : this.Refuse(new ToastMessage("No link was made.") { Tone = "error", Detail = failure.Message }, Action);
        }

        // A secret in the answer: nothing may keep it.
        Response.Headers.CacheControl = "no-store";
        MadeLink = addresses.To(Addresses.Shared(made.Token));
        return Request.Headers.ContainsKey("HX-Request") ? Partial("/Pages/Datasets/Sharing/_ShareForm.cshtml", this) : Page();
    }

    private async Task<bool> FindAsync(string dataset, string item, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<ItemId>(item, out var itemId) || await access.FindAsync(dataset, cancellationToken) is not { } found
            || !(await store.OpenAsync(found.Id, itemId, null, cancellationToken)).Succeeded(out var view, out _))
        {
            return false;
        }

        (Dataset, id, Item) = (found.Row, itemId, view.Read());
        address = new DatasetAddress { Workspace = Workspace, Dataset = found.Id };
        Members = (await members.ListAsync(cancellationToken)).Count;
        Response.Headers.Vary = "HX-Request";
        return true;
    }
}

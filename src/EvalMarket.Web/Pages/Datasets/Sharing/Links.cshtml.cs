using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Links;
using EvalMarket.Core.Workspaces;
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

/// <summary>The public links of the workspace, and their end.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class LinksModel(PublicLinks links, DatasetDirectory datasets, ItemDirectory items, Tenant tenant) : PageModel
{
    private const int PageSize = 50;

    public string Workspace => tenant.Required;

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public IReadOnlyList<ShownLink> Links { get; private set; } = [];

    /// <summary>The page after; null on the last one.</summary>
    public string? On { get; private set; }

    public string? Back { get; private set; }

    public async Task OnGetAsync(string? cursor, CancellationToken cancellationToken)
    {
        LinkId? after = TypeId.TryParse<LinkId>(cursor, out var id) ? id : null;
        var page = await links.ListAsync(null, after, PageSize, cancellationToken);
        var shown = new List<ShownLink>(page.Items.Count);
        foreach (var link in page.Items)
        {
            var dataset = await datasets.FindAsync(link.DatasetId, cancellationToken);
            var item = dataset is null ? null : await items.FindAsync(link.DatasetId, link.ItemId, cancellationToken);
            shown.Add(new ShownLink(
                link,
                dataset?.Row.Name ?? "A deleted dataset",
                item is null ? "A deleted item: the link leads nowhere" : item.Row.Input,
                new DatasetAddress { Workspace = Workspace, Dataset = link.DatasetId }.Link(link.ItemId.Value)));
        }

        Links = shown;
        On = page.Next is { } next ? Addresses.With(Addresses.PublicLinks(Workspace), [new("cursor", next.Value)]) : null;
        Back = after is null ? null : Addresses.PublicLinks(Workspace);
    }

    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostRevokeAsync(string? link, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<LinkId>(link, out var id) || !await links.RevokeAsync(id, cancellationToken))
        {
            return NotFound();
        }

        this.Toast(new ToastMessage("The link was revoked. It leads nowhere now.") { Tone = "good" });
        return Redirect(Addresses.PublicLinks(Workspace));
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public IActionResult OnPost() => BadRequest();
}

/// <summary>A link with what it leads to.</summary>
/// <param name="Input">The beginning of the item.</param>
internal sealed record ShownLink(PublicLink Link, string Dataset, string Input, string Href);

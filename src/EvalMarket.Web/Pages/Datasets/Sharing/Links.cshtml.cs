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
internal sealed class LinksModel(PublicLinks links, Tenant tenant) : PageModel
{
    public string Workspace => tenant.Required;

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public IReadOnlyList<ListedLink> Links { get; private set; } = [];

    public string HrefOf(ListedLink link) => new DatasetAddress { Workspace = Workspace, Dataset = link.DatasetId }.Link(link.ItemId.Value);

    public async Task OnGetAsync(CancellationToken cancellationToken) => Links = await links.ListAsync(cancellationToken);

    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostRevokeAsync(string? link, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<LinkId>(link, out var id) || (await links.RevokeAsync(id, cancellationToken)).Failure is not null)
        {
            return NotFound();
        }

        this.Toast(new ToastMessage("The link was revoked. It leads nowhere now.") { Tone = "good" });
        return Redirect(Addresses.PublicLinks(Workspace));
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public IActionResult OnPost() => BadRequest();
}

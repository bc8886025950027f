using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Datasets.Explorer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Items;

/// <summary>The panel beside the list of items, for htmx. Without it the list with the panel is the page.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class ItemPeekModel(OpenItems items, Tenant tenant) : PageModel
{
    public const string PanelPartial = "/Pages/Datasets/Items/_Peek.cshtml";

    public async Task<IActionResult> OnGetAsync(string dataset, string item, bool edit, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<DatasetId>(dataset, out var id))
        {
            return NotFound();
        }

        var address = DatasetAddress.Read(HttpContext, tenant.Required, id);
        Response.Headers.Vary = "HX-Request";
        return await items.OpenAsync(address, item, edit, isInPeek: true, cancellationToken) is not { } peek ? NotFound()
            : Request.Headers.ContainsKey("HX-Request") ? Partial(PanelPartial, peek)
            : Redirect(address.Beside(item));
    }

    /// <summary>Nothing is sent here.</summary>
    public IActionResult OnPost() => NotFound();
}

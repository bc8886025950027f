using EvalMarket.Core.Datasets;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Datasets.Items;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Settings;

/// <summary>What a dataset says about itself.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class AboutModel(DatasetAccess access) : PageModel
{
    public DatasetRow Dataset { get; private set; } = null!;

    public DatasetHead Head { get; private set; } = null!;

    public string Workspace => access.Workspace;

    public string? Schema => Dataset.Schema is { } schema ? PrettyJson.Of(System.Text.Json.JsonElement.Parse(schema)) : null;

    public async Task<IActionResult> OnGetAsync(string dataset, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(dataset, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        Dataset = found.Row;
        Head = await access.HeadAsync(found, "about", null, cancellationToken);
        return Page();
    }

    /// <summary>Nothing is sent here.</summary>
    public IActionResult OnPost() => NotFound();
}

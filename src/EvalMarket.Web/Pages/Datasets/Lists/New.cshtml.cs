using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Workspaces;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Lists;

/// <summary>Makes an empty dataset.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class NewDatasetModel(DatasetEditing editing, Tenant tenant) : PageModel
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Description { get; set; }

    /// <summary>One a line.</summary>
    [BindProperty]
    public string? Sections { get; set; }

    public string Workspace => tenant.Required;

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var sections = (Sections ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var outcome = await editing.CreateAsync(new NewDataset(Name ?? "", Items.ItemForm.Clean(Description), null, sections), cancellationToken);
        if (outcome.Succeeded(out var made, out var failure))
        {
            this.Toast(new ToastMessage($"“{made.Row.Name}” is ready.") { Tone = "good" });
            return Redirect(Addresses.Dataset(Workspace, made.Id.Value));
        }

        var fields = new Dictionary<string, string> { ["/name"] = nameof(Name), ["/description"] = nameof(Description), ["/sections"] = nameof(Sections) };
        foreach (var index in Enumerable.Range(0, sections.Length))
        {
            fields[$"/sections/{index}"] = nameof(Sections);
        }

        this.Show(failure, fields);
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}

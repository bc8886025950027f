using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Datasets.Items;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Workspaces;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Settings;

/// <summary>Name, description and schema of a dataset, and its end.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class DatasetSettingsModel(DatasetAccess access, DatasetEditing editing) : PageModel
{
    private DatasetView view = null!;

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Description { get; set; }

    [BindProperty]
    public string? Schema { get; set; }

    /// <summary>The dataset's name, to be sure that it is meant.</summary>
    [BindProperty]
    public string? Confirmation { get; set; }

    public DatasetHead Head { get; private set; } = null!;

    public DatasetRow Dataset => view.Row;

    public string Workspace => access.Workspace;

    public async Task<IActionResult> OnGetAsync(string dataset, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
        {
            return NotFound();
        }

        Fill();
        return Page();
    }

    public async Task<IActionResult> OnPostSaveAsync(string dataset, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
        {
            return NotFound();
        }

        var (schema, error) = ItemForm.ReadObject(Schema);
        if (error is not null)
        {
            ModelState.AddModelError(nameof(Schema), error);
            return Refuse();
        }

        var hasSchema = !string.IsNullOrWhiteSpace(Schema);
        var outcome = await editing.UpdateAsync(view.Id, new DatasetChange(Name ?? "", ItemForm.Clean(Description), hasSchema ? schema.GetRawText() : null, !hasSchema), cancellationToken);
        if (outcome.Succeeded(out _, out var failure))
        {
            this.Toast(new ToastMessage("Saved.") { Tone = "good" });
            return Redirect(Addresses.DatasetSettings(Workspace, view.Id.Value));
        }

        if (failure is Core.NotFound)
        {
            return NotFound();
        }

        this.Show(failure, new Dictionary<string, string> { ["/name"] = nameof(Name), ["/description"] = nameof(Description), ["/schema"] = nameof(Schema) });
        return Refuse();
    }

    public async Task<IActionResult> OnPostDeleteAsync(string dataset, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
        {
            return NotFound();
        }

        if (Confirmation?.Trim() != view.Row.Name.Trim())
        {
            ModelState.Clear();
            ModelState.AddModelError(nameof(Confirmation), $"Type “{view.Row.Name}” to delete it.");
            Fill();
            return Refuse();
        }

        if ((await editing.DeleteAsync(view.Id, cancellationToken)).Failure is not null)
        {
            return NotFound();
        }

        this.Toast(new ToastMessage($"“{view.Row.Name}” was deleted.")
        {
            Tone = "good",
            Undo = new ToastUndo($"{Addresses.Datasets(Workspace)}?handler=restore") { Fields = new Dictionary<string, string> { ["dataset"] = view.Id.Value } },
        });
        return Redirect(Addresses.Datasets(Workspace));
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public async Task<IActionResult> OnPostAsync(string dataset, CancellationToken cancellationToken) => await FindAsync(dataset, cancellationToken) ? BadRequest() : NotFound();

    private void Fill()
    {
        (Name, Description) = (view.Row.Name, view.Row.Description);
        Schema = view.Row.Schema is { } schema ? PrettyJson.Of(System.Text.Json.JsonElement.Parse(schema)) : "";
    }

    private PageResult Refuse()
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    private async Task<bool> FindAsync(string dataset, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(dataset, cancellationToken) is not { } found)
        {
            return false;
        }

        view = found;
        Head = await access.HeadAsync(found, "settings", null, cancellationToken);
        return true;
    }
}

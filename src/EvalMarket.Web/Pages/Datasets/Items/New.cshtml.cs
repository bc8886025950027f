using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Datasets.Versions;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Items;

/// <summary>An item by hand.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class NewItemModel(DatasetAccess access, ItemWriting writing, ItemFiles files) : PageModel
{
    private DatasetView view = null!;

    public ItemForm Form { get; private set; } = new();

    public DatasetRow Dataset => view.Row;

    public IReadOnlyList<SectionView> Sections => view.Sections;

    public string Workspace => access.Workspace;

    public bool IsRefused => !ModelState.IsValid;

    public async Task<IActionResult> OnGetAsync(string dataset, string? section, CancellationToken cancellationToken)
    {
        Form.Section = section;
        return await FindAsync(dataset, cancellationToken) ? Page() : NotFound();
    }

    public async Task<IActionResult> OnPostAsync(string dataset, ItemForm form, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
        {
            return NotFound();
        }

        Form = form;
        var assets = await files.ReadAsync([], form, Wrong, cancellationToken);
        form.Added = await files.AddedAsync(form, cancellationToken);
        var content = form.Read(null, Wrong);
        if (content is null || !ModelState.IsValid)
        {
            return Refuse();
        }

        var section = TypeId.TryParse<SectionId>(form.Section, out var id) ? id : Sections[0].Id;
        var write = new ItemWrite { Item = content with { Assets = assets }, Section = section, Origin = ItemOrigin.Manual };
        var outcome = await writing.WriteAsync(view.Id, new[] { write }.ToAsyncEnumerable(), new ItemWriteOptions { Summary = _ => "1 item added by hand" }, cancellationToken);
        if (!outcome.Succeeded(out var result, out var failure))
        {
            if (failure is Core.NotFound)
            {
                return NotFound();
            }

            foreach (var error in failure is Invalid invalid ? invalid.Errors : [])
            {
                ModelState.AddModelError($"{ItemForm.Prefix}.{ItemForm.FieldOf(error.Path)}".TrimEnd('.'), error.Message);
            }

            if (ModelState.IsValid)
            {
                ModelState.AddModelError("", failure.Message);
            }

            return Refuse();
        }

        var address = new Explorer.DatasetAddress { Workspace = Workspace, Dataset = view.Id };
        this.Toast(new ToastMessage($"1 item added. This is version {result.Version}.") { Tone = "good", Undo = VersionWords.Undo(address, result.Version) });
        return Redirect(form.GoesOn ? Addresses.With(Addresses.NewItem(Workspace, view.Id.Value), [new("section", section.Value)]) : address.Link(result.Ids[0].Value));
    }

    private void Wrong(string field, string message) => ModelState.AddModelError($"{ItemForm.Prefix}.{field}", message);

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
        return true;
    }
}

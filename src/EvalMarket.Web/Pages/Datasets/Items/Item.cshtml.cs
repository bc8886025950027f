using EvalMarket.Core;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Datasets.Explorer;
using EvalMarket.Web.Pages.Datasets.Versions;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Items;

/// <summary>One item: read, changed, deleted. The panel beside the list sends its form here as well.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class ItemModel(OpenItems items, ItemEditing editing, ItemFiles files, Tenant tenant) : PageModel
{
    public ShownItem View { get; private set; } = null!;

    private DatasetAddress Address => View.Address;

    private bool IsFragment => Request.Headers.ContainsKey("HX-Request");

    public async Task<IActionResult> OnGetAsync(string dataset, string item, bool edit, CancellationToken cancellationToken) =>
        await FindAsync(dataset, item, edit, isInPeek: false, cancellationToken) ? Page() : NotFound();

    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostSaveAsync(string dataset, string item, [FromQuery(Name = "in")] string? place, ItemForm form, CancellationToken cancellationToken)
    {
        var isInPeek = place == "peek";
        if (!await FindAsync(dataset, item, edits: true, isInPeek, cancellationToken) || !View.MayEdit)
        {
            return NotFound();
        }

        if (form.Do == "theirs")
        {
            return await ShowAsync(edits: true, cancellationToken);
        }

        var assets = await files.ReadAsync(View.Item.Assets, form, Wrong, cancellationToken);
        form.Added = await files.AddedAsync(form, cancellationToken);
        if (form.Hash != View.Hash)
        {
            return Conflict(form);
        }

        if (form.Read(View.Item, Wrong) is not { } content || !ModelState.IsValid)
        {
            return Refuse(form);
        }

        var outcome = await editing.PutAsync(Address.Dataset, View.Id, content with { Assets = assets }, form.Hash, cancellationToken);
        if (!outcome.Succeeded(out var saved, out var failure))
        {
            switch (failure)
            {
                case Core.NotFound or ItemDeleted:
                    return NotFound();
                case Invalid invalid:
                    foreach (var error in invalid.Errors)
                    {
                        ModelState.AddModelError($"{ItemForm.Prefix}.{ItemForm.FieldOf(error.Path)}".TrimEnd('.'), error.Message);
                    }

                    return Refuse(form);
                case not ItemStale:
                    ModelState.AddModelError("", failure.Message);
                    return Refuse(form);
                default:
                    // Somebody saved between the look and the lock.
                    return await FindAsync(dataset, item, edits: true, isInPeek, cancellationToken) ? Conflict(form) : NotFound();
            }
        }

        var toast = saved.Hash != View.Hash
            ? new ToastMessage($"Saved. This is version {saved.Version}.")
            {
                Tone = "good",
                Detail = View.Item.Source is not null && saved.Read().Source is null ? "Its content was changed, so it is not connected to its session any more." : null,
                Undo = VersionWords.Undo(Address, saved.Version),
            }
            : new ToastMessage("Nothing was changed.");
        if (form.GoesOn)
        {
            if (View.Next is { } next)
            {
                return await GoOnAsync(next, toast, cancellationToken);
            }

            toast = toast with { Text = $"{toast.Text} That was the last one of the list." };
        }

        return await SavedAsync(toast, cancellationToken);
    }

    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostDeleteAsync(string dataset, string item, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, item, edits: false, isInPeek: false, cancellationToken) || !View.MayEdit)
        {
            return NotFound();
        }

        var outcome = await editing.DeleteAsync(Address.Dataset, ItemSelection.Of([View.Id]), cancellationToken);
        if (!outcome.Succeeded(out var deleted, out var failure))
        {
            return failure is Core.NotFound ? NotFound() : this.Refuse(new ToastMessage("Nothing was deleted.") { Tone = "error", Detail = failure.Message }, Address.Item(item));
        }

        this.Toast(new ToastMessage($"1 item deleted. This is version {deleted.Version}.") { Tone = "good", Undo = VersionWords.Undo(Address, deleted.Version) });
        return Redirect(Address.ListPage());
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public async Task<IActionResult> OnPostAsync(string dataset, string item, CancellationToken cancellationToken) =>
        await FindAsync(dataset, item, edits: false, isInPeek: false, cancellationToken) ? BadRequest() : NotFound();

    private void Wrong(string field, string message) => ModelState.AddModelError($"{ItemForm.Prefix}.{field}", message);

    private async Task<bool> FindAsync(string dataset, string item, bool edits, bool isInPeek, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<DatasetId>(dataset, out var id)
            || await items.OpenAsync(DatasetAddress.Read(HttpContext, tenant.Required, id), item, edits, isInPeek, cancellationToken) is not { } found)
        {
            return false;
        }

        View = found;
        return true;
    }

    /// <summary>Both texts, and a choice: what is sent next knows theirs.</summary>
    private IActionResult Conflict(ItemForm form)
    {
        form.Hash = View.Hash;
        View = View with { Conflict = new ItemConflict(ItemForm.Of(View.Item, View.Hash)) };
        return Refuse(form);
    }

    /// <summary>The form again, with what was typed.</summary>
    private IActionResult Refuse(ItemForm form)
    {
        View = View with { Form = form };
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return !IsFragment ? Page() : Panel("#item-form", "/Pages/Datasets/Items/_Form.cshtml");
    }

    private async Task<IActionResult> ShowAsync(bool edits, CancellationToken cancellationToken)
    {
        ModelState.Clear();
        var isInPeek = View.IsInPeek;
        if (!IsFragment)
        {
            return Redirect(edits ? View.Edit : View.Here);
        }

        View = (await items.OpenAsync(Address, View.Id.Value, edits, isInPeek, cancellationToken))!;
        return isInPeek ? Panel("#peek", ItemPeekModel.PanelPartial) : Panel("#item-form", "/Pages/Datasets/Items/_Form.cshtml");
    }

    private async Task<IActionResult> SavedAsync(ToastMessage toast, CancellationToken cancellationToken)
    {
        if (IsFragment && View.IsInPeek)
        {
            Response.Headers["HX-Trigger"] = toast.ToTrigger(itemsChanged: true);
            return await ShowAsync(edits: false, cancellationToken);
        }

        return GoTo(View.Here, toast);
    }

    private async Task<IActionResult> GoOnAsync(ItemId next, ToastMessage toast, CancellationToken cancellationToken)
    {
        if (!IsFragment || !View.IsInPeek)
        {
            return GoTo(View.IsInPeek ? Address.Beside(next.Value) : Address.Item(next.Value, KeyValuePair.Create("edit", "true")), toast);
        }

        ModelState.Clear();
        if (await items.OpenAsync(Address, next.Value, edits: true, isInPeek: true, cancellationToken) is not { } following)
        {
            return NotFound();
        }

        View = following;
        Response.Headers["HX-Trigger"] = toast.ToTrigger(itemsChanged: true);
        Response.Headers["HX-Push-Url"] = Address.Beside(next.Value);
        return Panel("#peek", ItemPeekModel.PanelPartial);
    }

    private PartialViewResult Panel(string target, string partial)
    {
        Response.Headers["HX-Retarget"] = target;
        Response.Headers["HX-Reswap"] = "outerHTML";
        return Partial(partial, View);
    }

    private IActionResult GoTo(string address, ToastMessage toast)
    {
        this.Toast(toast);
        if (!IsFragment)
        {
            return Redirect(address);
        }

        Response.Headers["HX-Redirect"] = address;
        return new OkResult();
    }
}

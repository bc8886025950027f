using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Settings;

/// <summary>The sections of a dataset: added, renamed, put in order, deleted.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class SectionsModel(DatasetAccess access, DatasetEditing editing, ItemEditing items) : PageModel
{
    private DatasetView view = null!;

    public DatasetRow Dataset => view.Row;

    public IReadOnlyList<SectionView> Sections => view.Sections;

    public string Workspace => access.Workspace;

    /// <summary>Why what was asked for was not done.</summary>
    public string? Refusal { get; private set; }

    public async Task<IActionResult> OnGetAsync(string dataset, CancellationToken cancellationToken) => await FindAsync(dataset, cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAddAsync(string dataset, string? name, CancellationToken cancellationToken) =>
        await FindAsync(dataset, cancellationToken)
            ? Answer((await editing.AddSectionAsync(view.Id, name ?? "", cancellationToken)).Failure, "Section added.")
            : NotFound();

    public async Task<IActionResult> OnPostRenameAsync(string dataset, string? section, string? name, CancellationToken cancellationToken) =>
        await FindAsync(dataset, cancellationToken) && Find(section) is { } found
            ? Answer((await editing.UpdateSectionAsync(view.Id, found.Id, name ?? "", null, cancellationToken)).Failure, "Section renamed.")
            : NotFound();

    public async Task<IActionResult> OnPostMoveAsync(string dataset, string? section, string? way, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken) || Find(section) is not { } found)
        {
            return NotFound();
        }

        var index = Sections.Index().First(entry => entry.Item.Id == found.Id).Index + (way == "up" ? -1 : 1);
        return Answer((await editing.UpdateSectionAsync(view.Id, found.Id, null, Math.Max(0, index), cancellationToken)).Failure, "Section moved.", $"#{found.Id}");
    }

    public async Task<IActionResult> OnPostDeleteAsync(string dataset, string? section, string? to, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken) || Find(section) is not { } found)
        {
            return NotFound();
        }

        if (!string.IsNullOrEmpty(to))
        {
            if (Find(to) is not { } target)
            {
                return NotFound();
            }

            // Its items first: a section that is deleted while they are still on their way would take them along.
            var moved = await items.MoveAsync(view.Id, ItemSelection.Of(new ItemFilter { Sections = [found.Id] }), target.Id, cancellationToken);
            if (moved.Failure is { } failure)
            {
                return Answer(failure, "");
            }
        }

        return Answer((await editing.DeleteSectionAsync(view.Id, found.Id, cancellationToken)).Failure, $"Section “{found.Name}” deleted.");
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public async Task<IActionResult> OnPostAsync(string dataset, CancellationToken cancellationToken) => await FindAsync(dataset, cancellationToken) ? BadRequest() : NotFound();

    private IActionResult Answer(Failure? failure, string words, string fragment = "")
    {
        if (failure is Core.NotFound)
        {
            return NotFound();
        }

        if (failure is not null)
        {
            Refusal = failure is Invalid { Errors: [{ } first, ..] } ? first.Message : failure.Message;
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }

        this.Toast(new ToastMessage(words) { Tone = "good" });
        return Redirect(Addresses.DatasetSections(Workspace, view.Id.Value) + fragment);
    }

    private SectionView? Find(string? section) => Sections.FirstOrDefault(known => known.Id.Value == section);

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

using EvalMarket.Core.Datasets;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Bundles;

/// <summary>Makes a bundle of a dataset (<c>?dataset=</c>).</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class FromDatasetModel(DatasetDirectory directory, BundleMaking making, Tenant tenant) : PageModel
{
    private const int Shown = 500;

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public List<string> Sections { get; set; } = [];

    [BindProperty]
    public string? Type { get; set; }

    public IReadOnlyList<DatasetView> Datasets { get; private set; } = [];

    public DatasetView? Chosen { get; private set; }

    public string? Refusal { get; private set; }

    public string Workspace => tenant.Required;

    public static IReadOnlyList<(string Value, string Words)> Types { get; } =
    [
        ("", "by what the answer is"),
        ("semantic", "by meaning (jury, or you)"),
        ("lexical", "by words"),
        ("numeric", "as numbers"),
        ("binary", "as yes or no"),
    ];

    public async Task<IActionResult> OnGetAsync(string? dataset, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
            return NotFound();
        Name = Chosen?.Row.Name;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? dataset, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken) || Chosen is not { } chosen)
            return NotFound();

        List<SectionId> sections = [];
        foreach (var section in Sections)
        {
            if (!TypeId.TryParse<SectionId>(section, out var id))
                return NotFound();
            sections.Add(id);
        }

        if (sections.Count == 0)
            return Refuse("Choose at least one section.", StatusCodes.Status422UnprocessableEntity);
        var outcome = await making.MakeAsync(chosen.Id, sections, CriterionTypes.TryParse(Type, out var type) ? type : null, Name ?? "", cancellationToken);
        if (!outcome.Succeeded(out var made, out var failure))
            return Refuse(failure.Message, failure.ToProblem().Status);

        this.Toast(new ToastMessage($"{Display.Count(made.Tasks, "task")} made.") { Detail = made.Without > 0 ? $"{Display.Count(made.Without, "item")} without an output left out." : null });
        return Redirect(Addresses.BundleUpload(Workspace, made.Draft.Bundle.Value, made.Draft.Upload.Value));
    }

    private PageResult Refuse(string message, int status)
    {
        Refusal = message;
        Response.StatusCode = status;
        return Page();
    }

    private async Task<bool> FindAsync(string? dataset, CancellationToken cancellationToken)
    {
        if (dataset is null)
        {
            Datasets = (await directory.ListAsync(Shown, cancellationToken)).Items;
            return true;
        }

        Chosen = TypeId.TryParse<DatasetId>(dataset, out var id) ? await directory.FindAsync(id, cancellationToken) : null;
        Datasets = Chosen is null ? [] : [Chosen];
        return Chosen is not null;
    }
}

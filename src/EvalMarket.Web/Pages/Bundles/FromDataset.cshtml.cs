using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Workspaces;
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
    public CriteriaForm Form { get; set; } = new();

    public IReadOnlyList<DatasetView> Datasets { get; private set; } = [];

    public DatasetView? Chosen { get; private set; }

    public string? Refusal { get; private set; }

    /// <summary>What is wrong with the criteria, one by one.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    public string Workspace => tenant.Required;

    public async Task<IActionResult> OnGetAsync(string? dataset, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
            return NotFound();
        Name = Chosen?.Row.Name;
        Form = CriteriaForm.Usual();
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? dataset, bool add, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken) || Chosen is not { } chosen)
            return NotFound();

        ModelState.Clear();
        if (add)
        {
            Form.Criteria.Add(new CriterionForm { Type = "semantic" });
            return Page();
        }

        List<SectionId> sections = [];
        foreach (var section in Sections)
        {
            if (!TypeId.TryParse<SectionId>(section, out var id))
                return NotFound();
            sections.Add(id);
        }

        if (sections.Count == 0)
            return Refuse("Choose at least one section.", StatusCodes.Status422UnprocessableEntity);
        var template = Form.Read(this);
        if (!ModelState.IsValid)
        {
            Problems = [.. ModelState.Values.SelectMany(entry => entry.Errors).Select(error => error.ErrorMessage).Distinct(StringComparer.Ordinal)];
            return Refuse("It was not made.", StatusCodes.Status422UnprocessableEntity);
        }

        var outcome = await making.MakeAsync(chosen.Id, sections, template, Name ?? "", cancellationToken);
        if (outcome.Failure is Invalid { Errors.Count: > 1 } invalid)
            Problems = [.. invalid.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal)];
        if (!outcome.Succeeded(out var made, out var failure))
            return Refuse(Problems.Count > 0 ? "It was not made." : failure.Message, failure.ToProblem().Status);

        this.Toast(new ToastMessage($"{Display.Count(made.Tasks, "task")} made."));
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
            Datasets = (await directory.ListAsync(null, null, Shown, cancellationToken)).Items;
            return true;
        }

        Chosen = TypeId.TryParse<DatasetId>(dataset, out var id) ? await directory.FindAsync(id, cancellationToken) : null;
        Datasets = Chosen is null ? [] : [Chosen];
        return Chosen is not null;
    }
}

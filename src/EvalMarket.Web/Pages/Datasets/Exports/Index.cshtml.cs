using EvalMarket.Core;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Runs;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Datasets.Exports;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Datasets.Explorer;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Exports;

/// <summary>Asks for the format of an export, with what goes in and what gets lost. A dialog with scripts, a page without; the file itself comes from the API.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Export)]
internal sealed class DatasetExportModel(DatasetAccess access, DatasetVersions versions, DatasetExports exports, RunDirectory directory, AccountLinks links, Limits limits) : PageModel
{
    /// <summary>More are not looked through while somebody waits for a dialog.</summary>
    private const int MostReported = 20_000;

    /// <summary>Older runs are exported from their own pages.</summary>
    private const int MostRuns = 100;

    private const string FormatId = "export-format";

    private const string FormId = "export-form";

    public const string RunParameter = "run_id";

    private DatasetContents contents = null!;

    public DatasetRow Dataset { get; private set; } = null!;

    public DatasetAddress Address { get; private set; } = null!;

    public ExportFormat Shown { get; private set; } = ExportFormat.Package;

    public IReadOnlyList<DatasetSection> All => contents.Sections;

    public IReadOnlyList<DatasetSection> Chosen { get; private set; } = [];

    public long Items => Chosen.Sum(section => section.ItemCount);

    public long AllItems => contents.ItemCount;

    public int Version => contents.Version;

    public string SectionNames => string.Join("; ", Chosen.Take(12).Select(section => section.Name)) + (Chosen.Count > 12 ? $"; and {Chosen.Count - 12} more" : "");

    /// <summary>The newest completed runs of the dataset, whose results can go along in a package.</summary>
    public IReadOnlyList<RunRow> Runs { get; private set; } = [];

    /// <summary>There are more.</summary>
    public bool HasOlderRuns { get; private set; }

    /// <summary>The run whose results go along; null for none.</summary>
    public RunRow? Run { get; private set; }

    /// <summary>Null for the package, and where there are too many items to look through.</summary>
    public LossReport? Losses { get; private set; }

    /// <summary>Only what depends on the format is sent.</summary>
    public bool IsFormatOnly { get; private set; }

    /// <summary>A part of the dialog is sent: the button to download comes along.</summary>
    public bool IsPart { get; private set; }

    /// <summary>The package's size is known before it is made.</summary>
    public string SizeWords => Shown.IsPackage
        ? $"About {Display.Bytes(Chosen.SelectMany(section => section.Chunks).Sum(chunk => chunk.DeflatedBytes))}, resumable"
        : IsLarge ? "Large: a job makes the file" : "Starts at once";

    /// <summary>Large enough for a job. A package is not: it is copied, not made.</summary>
    public bool IsLarge => !Shown.IsPackage && Items >= limits.DirectExportRecords;

    public string Download => Shown.IsPackage ? Package : Addresses.With($"/api/datasets/{Dataset.Id}/export/{Shown.Name}", [.. Filters, new("workspace", Address.Workspace)]);

    public string Report => Addresses.With($"/api/datasets/{Dataset.Id}/export/{Shown.Name}/report", [.. Filters, new("workspace", Address.Workspace)]);

    public string Curl => $"curl -H \"Authorization: Bearer $EVALMARKET_KEY\" -OJ \\\n  \"{links.To(Shown.IsPackage ? Package : Addresses.With($"/api/datasets/{Dataset.Id}/export/{Shown.Name}", Filters))}\"";

    private string Package => Addresses.With($"/datasets/{Dataset.Id}/export", Filters);

    public async Task<IActionResult> OnGetAsync(string dataset, string? show, [FromQuery(Name = RunParameter)] string? run, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(dataset, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        Dataset = found.Row;
        Address = DatasetAddress.Read(HttpContext, access.Workspace, found.Id);
        Shown = ExportFormat.All.FirstOrDefault(format => format.Name == show) ?? ExportFormat.Package;
        (Runs, HasOlderRuns) = await directory.ListCompletedAsync(found.Id, MostRuns, cancellationToken);
        Run = Shown.IsPackage ? Runs.FirstOrDefault(each => each.Id.Value == run) : null;
        if (await OpenAsync(found.Id, cancellationToken) is not { } opened)
        {
            return NotFound();
        }

        contents = opened;
        if (Address.Error is not null || Address.Sections.Any(section => contents.Sections.All(known => known.Id != section))
            || (show is not null && ExportFormat.All.All(format => format.Name != show)))
        {
            return BadRequest();
        }

        Chosen = Address.Sections.Count == 0 ? contents.Sections : [.. contents.Sections.Where(section => Address.Sections.Contains(section.Id))];
        if (Shown.Exporter is { } exporter && Items <= MostReported
            && (await exports.PrepareAsync(found.Id, exporter, Address.Sections, Address.Version, cancellationToken)).Succeeded(out var export, out _))
        {
            Losses = await export.ReportAsync(cancellationToken);
        }

        Response.Headers.Vary = "HX-Request";
        IsFormatOnly = Request.Headers["HX-Target"] == FormatId;
        IsPart = IsFormatOnly || Request.Headers["HX-Target"] == FormId;
        return !Request.Headers.ContainsKey("HX-Request") ? Page()
            : Partial($"/Pages/Datasets/Exports/{(IsFormatOnly ? "_Format" : IsPart ? "_Form" : "_Dialog")}.cshtml", this);
    }

    /// <summary>Nothing is sent here.</summary>
    public IActionResult OnPost() => NotFound();

    /// <summary>Sections, version and run, by the names of the API.</summary>
    public IEnumerable<KeyValuePair<string, string>> Filters => [.. Address.SectionPairs, .. Address.VersionPair, .. Run is { } run ? [new KeyValuePair<string, string>(RunParameter, run.Id.Value)] : Array.Empty<KeyValuePair<string, string>>()];

    /// <summary>The version that is exported: the one asked for; else the one that the run ran on, as long as it has the sections that are ticked; else the newest.</summary>
    private async Task<DatasetContents?> OpenAsync(DatasetId dataset, CancellationToken cancellationToken)
    {
        if (Address.Version is null && Run is { } run)
        {
            if (await versions.OpenAsync(dataset, run.DatasetVersion, cancellationToken) is { } its && Address.Sections.All(section => its.Sections.Any(known => known.Id == section)))
            {
                return its;
            }

            Address = Address with { Version = Dataset.Version };
        }

        return await versions.OpenAsync(dataset, Address.Version, cancellationToken);
    }
}

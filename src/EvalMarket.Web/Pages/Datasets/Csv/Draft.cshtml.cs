using System.Text.Json;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Csv;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Datasets.Csv;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Jobs;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Csv;

/// <summary>What was found in a CSV file, what its columns become, and the one button that imports it; then how the import goes.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class CsvDraftModel(DatasetAccess access, CsvDrafts drafts, JobQueue queue, TimeProvider clock) : PageModel
{
    /// <summary>A small import is over before anybody could look at a bar.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(30);

    private static readonly JsonSerializerOptions Wire = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly IReadOnlyList<(string Value, string Label)> Fields =
    [
        ("input", "Human message"),
        ("output", "AI response"),
        ("history", "History"),
        ("id", "Item id"),
        ("section", "Section"),
        ("context", "Context, as JSON"),
        ("participant_data", "Participant data, as JSON"),
        ("session_state", "Session state, as JSON"),
        ("ignore", "Leave out"),
    ];

    private DatasetView view = null!;

    public DatasetRow Dataset => view.Row;

    public IReadOnlyList<SectionView> Sections => view.Sections;

    public string Workspace => access.Workspace;

    public CsvDraft Draft { get; private set; } = null!;

    public CsvChoices Choices { get; private set; } = new();

    /// <summary>Null once it is imported.</summary>
    public CsvPreview? Preview { get; private set; }

    public JobCard? Job { get; private set; }

    /// <summary>What became of the rows; null before the end.</summary>
    public CsvImportResult? Result { get; private set; }

    public string? Refusal { get; private set; }

    public bool IsAuto => Choices.History == CsvHistory.Auto;

    public bool MayUndo => Result is { } result && result.Version == Dataset.Version && result.Created + result.Updated > 0;

    public string FileName => Draft.File?.Name ?? Draft.Import?.Title ?? "CSV";

    /// <summary>What parts the cells, as it was found or chosen.</summary>
    public string Delimiter => DelimiterOf(Preview);

    /// <summary>How the columns came about that the form shows: when the file is read otherwise, what was chosen for them is chosen for others.</summary>
    public string ReadAs => ReadingOf(Preview);

    /// <summary>What can part the cells.</summary>
    public static IReadOnlyList<(string Value, string Label)> Delimiters { get; } = [("comma", "Comma"), ("semicolon", "Semicolon"), ("tab", "Tab"), ("bar", "Vertical bar")];

    public static IReadOnlyList<(string Value, string Label)> Encodings { get; } = [.. CsvEncodings.WireNames.Select(name => (name, CsvEncodings.Parse(name)!.Value.ToDisplay()))];

    /// <summary>The rows with errors can be had as a file before anything is imported.</summary>
    public bool HasRejects { get; private set; }

    /// <summary>Looks through the rest of a long file; null when all of it was looked at.</summary>
    public JobCard? Check { get; private set; }

    /// <summary>The page with the same choices.</summary>
    public string HereHref => Here();

    /// <summary>Where these rows are: at the same choices.</summary>
    public string RejectsHref => Here(new KeyValuePair<string, string>("handler", "rejects"));

    public bool CanImport => Preview is { IsRefused: false } preview && preview.Created + preview.Updated > 0 && (Choices.SkipsErrors || preview.Rejected == 0);

    public string ImportWords => Preview is { IsWhole: true } preview ? $"Import {Display.Count(preview.Created + preview.Updated, "row")}" : "Import all rows";

    /// <summary>What a column can become: what it is now, the fields, and a place in each of the free objects by its own name.</summary>
    public static IEnumerable<(string Value, string Label)> TargetsOf(CsvPreviewColumn column)
    {
        var name = column.Name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(".", "\\.", StringComparison.Ordinal);
        IEnumerable<(string, string)> nested = name.Length == 0 ? [] : [($"context.{name}", "Context"), ($"participant_data.{name}", "Participant data"), ($"session_state.{name}", "Session state")];
        var all = Fields.Concat(nested).ToList();
        return all.Exists(target => target.Item1 == column.Target) ? all : all.Prepend((column.Target, column.Target));
    }

    public async Task<IActionResult> OnGetAsync(string dataset, string draft, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, draft, cancellationToken))
        {
            return NotFound();
        }

        if (Draft.Import is not null)
        {
            return Page();
        }

        return await LookAsync(Read(name => Request.Query[name].ToString()), cancellationToken);
    }

    /// <summary>The rows with errors, each with what is wrong with it, to be mended and uploaded again.</summary>
    public async Task<IActionResult> OnGetRejectsAsync(string dataset, string draft, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, draft, cancellationToken) || Draft.Import is not null || await FindLookAsync(Read(name => Request.Query[name].ToString()), cancellationToken) is null
            || await drafts.OpenRejectsAsync(view.Id, Draft.Id, Choices, cancellationToken) is not { } rejects)
        {
            return NotFound();
        }

        return File(rejects, "text/csv; charset=utf-8", "rejects.csv");
    }

    public async Task<IActionResult> OnPostImportAsync(string dataset, string draft, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, draft, cancellationToken))
        {
            return NotFound();
        }

        if (!Request.HasFormContentType)
        {
            return BadRequest();
        }

        var form = await Request.ReadFormAsync(cancellationToken);
        var chosen = Read(name => form[name].ToString()) with { Mapping = form["mapping"].ToString() is { Length: > 0 } mapping ? mapping : null };
        var outcome = await drafts.ImportAsync(view.Id, Draft.Id, chosen, cancellationToken);
        if (!outcome.Succeeded(out var job, out var failure))
        {
            if (failure is Core.NotFound)
            {
                return NotFound();
            }

            Refusal = failure.Message;
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return await LookAsync(chosen, cancellationToken);
        }

        Job? now = job;
        for (var began = clock.GetTimestamp(); now is { FinishedAt: null } && clock.GetElapsedTime(began) < Patience;)
        {
            await Task.Delay(Look, clock, cancellationToken);
            now = await queue.FindAsync(Draft.Id, cancellationToken);
        }

        return Redirect(Addresses.DatasetCsvDraft(Workspace, view.Id.Value, Draft.Id.Value));
    }

    public async Task<IActionResult> OnPostDiscardAsync(string dataset, string draft, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, draft, cancellationToken) || await drafts.DiscardAsync(view.Id, Draft.Id, cancellationToken) is Core.NotFound)
        {
            return NotFound();
        }

        this.Toast(new ToastMessage("The file was thrown away. Nothing was imported."));
        return Redirect(Addresses.Dataset(Workspace, view.Id.Value));
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public async Task<IActionResult> OnPostAsync(string dataset, string draft, CancellationToken cancellationToken) => await FindAsync(dataset, draft, cancellationToken) ? BadRequest() : NotFound();

    private async Task<IActionResult> LookAsync(CsvChoices choices, CancellationToken cancellationToken)
    {
        if (await FindLookAsync(choices, cancellationToken) is not { } look)
        {
            return NotFound();
        }

        (Preview, HasRejects) = look;
        if (!Preview.IsWhole && await drafts.CheckAsync(view.Id, Draft.Id, Choices, cancellationToken) is { } check)
        {
            Check = new JobView(check, Workspace, access.MayEdit).Card;
        }

        return Page();
    }

    private async Task<CsvDraftLook?> FindLookAsync(CsvChoices choices, CancellationToken cancellationToken)
    {
        // First by the names of the columns, to which the choices of the form belong.
        if (!(await drafts.LookAsync(view.Id, Draft.Id, choices with { Mapping = null }, cancellationToken)).Succeeded(out var look, out _))
        {
            return null;
        }

        Choices = choices.Mapping is null && MappingOf(look.Preview) is { } mapping ? choices with { Mapping = mapping } : choices;
        if (Choices.Mapping is not null && (await drafts.LookAsync(view.Id, Draft.Id, Choices, cancellationToken)).Succeeded(out var mapped, out _))
        {
            look = mapped.Preview.Columns.Count > 0 ? mapped : mapped with { Preview = mapped.Preview with { Columns = look.Preview.Columns } };
        }

        return look;
    }

    private string Here(params IReadOnlyList<KeyValuePair<string, string>> more) => Addresses.With(
        Addresses.DatasetCsvDraft(Workspace, view.Id.Value, Draft.Id.Value),
        [.. Request.Query.Where(pair => pair.Key != "handler").Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value.ToString())), .. more]);

    /// <summary>The choices of the form, but for what its columns become.</summary>
    private CsvChoices Read(Func<string, string> field) => new()
    {
        Section = TypeId.TryParse<SectionId>(field("section"), out var section) && Sections.Any(known => known.Id == section) ? section : null,
        History = field("history") == "auto" ? CsvHistory.Auto : CsvHistory.Column,
        Delimiter = CsvDelimiters.Parse(field("delimiter")),
        Encoding = CsvEncodings.Parse(field("encoding")),
        SkipsErrors = field("on_error") == "skip",
    };

    private static string DelimiterOf(CsvPreview? preview) => preview is { Delimiter: [var found] } ? CsvDelimiters.ToWire(found) : "comma";

    private static string ReadingOf(CsvPreview? preview) => $"{DelimiterOf(preview)} {preview?.EncodingName}";

    /// <summary>Null when nothing was chosen otherwise than found, or for the columns of another reading of the file.</summary>
    private string? MappingOf(CsvPreview preview)
    {
        if (Request.Query["read_as"].ToString() is { Length: > 0 } reading && reading != ReadingOf(preview))
        {
            return null;
        }

        var chosen = preview.Columns.Index()
            .Select(column => (column.Item.Name, column.Item.Target, Chosen: Request.Query[$"c{column.Index}"].ToString() is { Length: > 0 } target ? target : column.Item.Target))
            .Where(column => column.Name.Length > 0).DistinctBy(column => column.Name).ToList();
        return chosen.TrueForAll(column => column.Chosen == column.Target) ? null : $"{{{string.Join(',', chosen.Select(column => $"{Quote(column.Name)}:{Quote(column.Chosen)}"))}}}";

        static string Quote(string text) => JsonObjects.Compact(JsonObjects.OfText(text));
    }

    private async Task<bool> FindAsync(string dataset, string draft, CancellationToken cancellationToken)
    {
        if (await access.FindAsync(dataset, cancellationToken) is not { } found || !TypeId.TryParse<JobId>(draft, out var id)
            || await drafts.FindAsync(found.Id, id, cancellationToken) is not { } waiting)
        {
            return false;
        }

        (view, Draft) = (found, waiting);
        if (waiting.Import is { } job)
        {
            Job = new JobView(job, Workspace, access.MayEdit).Card;
            Result = job is { Status: JobStatus.Completed, Result: { } json } ? JsonSerializer.Deserialize<CsvImportResult>(json, Wire) : null;
        }

        return true;
    }
}

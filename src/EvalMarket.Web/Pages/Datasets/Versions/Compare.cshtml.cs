using System.Globalization;
using System.Text.Json;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Datasets.Explorer;
using EvalMarket.Web.Pages.Datasets.Items;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Shared.Lists;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Versions;

/// <summary>What differs between two versions, field by field.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class CompareModel(DatasetAccess access, DatasetDiffs diffs, DatasetRestoring restoring) : PageModel
{
    /// <summary>Fields of one item that are shown.</summary>
    public const int MostFields = 20;

    private const int PageSize = 50;

    /// <summary>Characters of a text that is shown in a list.</summary>
    private const int CutLength = 200;

    /// <summary>Characters of a value; longer ones are cut.</summary>
    private const int LongestValue = 20_000;

    private DatasetView view = null!;

    private int skip;

    public DatasetRow Dataset => view.Row;

    public string Workspace => access.Workspace;

    public bool MayEdit => access.MayEdit;

    public int From { get; private set; }

    public int To { get; private set; }

    public DatasetDifference Difference { get; private set; } = null!;

    /// <summary>What differs beside items.</summary>
    public IReadOnlyList<string> Others
    {
        get
        {
            var (from, to) = (Difference.From, Difference.To);
            List<string> others = [];
            if (from.Document.Name != to.Document.Name)
            {
                others.Add($"Renamed from “{from.Document.Name}” to “{to.Document.Name}”");
            }

            if (from.Document.Description != to.Document.Description)
            {
                others.Add("The description is another one");
            }

            if (from.Document.Schema?.GetRawText() != to.Document.Schema?.GetRawText())
            {
                others.Add("The schema is another one");
            }

            var (before, after) = (Names(from), Names(to));
            if (before != after)
            {
                others.Add($"Sections were {before}, and are {after}");
            }

            if (Difference.Moved > 0)
            {
                others.Add($"{Display.Count(Difference.Moved, "item")} moved");
            }

            return others;
        }
    }

    public Pager Pager => new(
        $"{Display.Number(skip + 1)} to {Display.Number(skip + Difference.Items.Count)} of {Display.Count(Difference.Added + Difference.Changed + Difference.Removed + Difference.Moved, "change")}",
        skip == 0 ? null : Page(Math.Max(0, skip - PageSize)),
        Difference.Next is { } next ? Page(next) : null);

    /// <summary>The beginning of a text, on one line.</summary>
    public static string Cut(string text) => text.Length <= CutLength ? text : $"{text[..CutLength]}…";

    public static string Text(JsonElement? value) => value is not { } there ? "" : PrettyJson.Value(there) is { Length: > LongestValue } text ? $"{text[..LongestValue]}…" : PrettyJson.Value(there);

    /// <summary>"context.topic" for <c>/context/topic</c>.</summary>
    public static string Name(string pointer) => pointer.TrimStart('/').Replace('/', '.').Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    public string LinkFrom(ItemId item) => Address(From).Link(item.Value);

    public string LinkTo(ItemId item) => Address(To).Link(item.Value);

    public async Task<IActionResult> OnGetAsync(string dataset, int? from, int? to, int? skip, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
        {
            return NotFound();
        }

        To = to ?? Dataset.Version;
        From = from ?? Math.Max(1, To - 1);
        this.skip = Math.Max(0, skip ?? 0);
        if (await diffs.CompareAsync(view.Id, From, To, this.skip, PageSize, cancellationToken) is not { } difference)
        {
            return NotFound();
        }

        Difference = difference;
        return Page();
    }

    [RequirePermission(Permission.Edit)]
    public async Task<IActionResult> OnPostRestoreAsync(string dataset, int version, CancellationToken cancellationToken)
    {
        if (!await FindAsync(dataset, cancellationToken))
        {
            return NotFound();
        }

        var outcome = await restoring.RestoreAsync(view.Id, version, null, cancellationToken);
        if (outcome.Failure is Core.NotFound)
        {
            return NotFound();
        }

        this.Toast(outcome.Succeeded(out var now, out var failure)
            ? new ToastMessage($"Version {version} restored. It is version {now.Row.Version} now.") { Tone = "good" }
            : new ToastMessage("Nothing was restored.") { Tone = "error", Detail = failure.Message });
        return Redirect(Addresses.DatasetVersions(Workspace, view.Id.Value));
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public async Task<IActionResult> OnPostAsync(string dataset, CancellationToken cancellationToken) => await FindAsync(dataset, cancellationToken) ? BadRequest() : NotFound();

    private static string Names(DatasetContents contents) => string.Join(", ", contents.Sections.Select(section => section.Name));

    private DatasetAddress Address(int version) => new() { Workspace = Workspace, Dataset = view.Id, Version = version == Dataset.Version ? null : version };

    private string Page(int at) => Addresses.With(
        Addresses.DatasetChanges(Workspace, view.Id.Value),
        [new("from", From.ToString(CultureInfo.InvariantCulture)), new("to", To.ToString(CultureInfo.InvariantCulture)), new("skip", at.ToString(CultureInfo.InvariantCulture))]);

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

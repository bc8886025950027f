using System.Globalization;
using System.Text.Json;
using EvalMarket.Core.Market.Submissions;
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

/// <summary>The seller's verdicts on one submission. Holds parts of the key, so nothing may keep the page.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class ReviewModel(SubmissionReviews reviews, SubmissionVerdicts decisions, Tenant tenant) : PageModel
{
    private const int Shown = 50;

    [BindProperty]
    public List<VerdictForm> Verdicts { get; set; } = [];

    public SubmissionReview Review { get; private set; } = null!;

    public string? Refusal { get; private set; }

    public string Workspace => tenant.Required;

    public static string Reference(ReviewItem item) => item.Reference switch
    {
        null => Display.None,
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { } json => json.GetRawText(),
    };

    /// <summary>A line a juror.</summary>
    public static IReadOnlyList<string> Jury(ReviewItem item)
    {
        if (item.JuryNotes is null)
            return [];
        using var notes = JsonDocument.Parse(item.JuryNotes);
        return !notes.RootElement.TryGetProperty("jurors", out var jurors) ? []
            : [.. jurors.EnumerateArray().Select(juror => $"{Text(juror, "verdict") ?? "no verdict"}: {Text(juror, "rationale") ?? Text(juror, "problem")}")];
    }

    public async Task<IActionResult> OnGetAsync(string submission, CancellationToken cancellationToken) => await FindAsync(submission, cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string submission, CancellationToken cancellationToken)
    {
        if (!await FindAsync(submission, cancellationToken))
            return NotFound();

        Dictionary<(string, string), decimal> given = [];
        foreach (var verdict in Verdicts)
        {
            if (verdict is { TaskId: { } task, CriterionId: { } criterion } && decimal.TryParse(verdict.Score, NumberStyles.Float, CultureInfo.InvariantCulture, out var score))
                given[(task, criterion)] = score;
        }

        if (given.Count == 0)
            return Refuse("Choose a verdict for at least one criterion.", StatusCodes.Status422UnprocessableEntity);
        if (await decisions.SetAsync(Review.Row.Id, given, cancellationToken) is { } failure)
            return Refuse(failure.Message, failure.ToProblem().Status);

        this.Toast(new ToastMessage(given.Count < Review.Waiting ? "The verdicts were saved." : "The submission is graded.") { Tone = "good" });
        return Redirect(given.Count < Review.Waiting ? Addresses.BundleReview(Workspace, submission) : Addresses.BundleReviews(Workspace));
    }

    private static string? Text(JsonElement juror, string name) => juror.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private PageResult Refuse(string message, int status)
    {
        Refusal = message;
        Response.StatusCode = status;
        return Page();
    }

    private async Task<bool> FindAsync(string submission, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<SubmissionId>(submission, out var id) || await reviews.OpenAsync(id, Shown, cancellationToken) is not { } found)
            return false;
        Review = found;
        Response.Headers.CacheControl = "no-store";
        return true;
    }
}

/// <summary>A verdict as it is sent; without a score it is for later.</summary>
public sealed class VerdictForm
{
    public string? TaskId { get; set; }

    public string? CriterionId { get; set; }

    public string? Score { get; set; }
}

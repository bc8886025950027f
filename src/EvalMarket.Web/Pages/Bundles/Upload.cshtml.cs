using EvalMarket.Core;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Bundles;

/// <summary>An upload that is not a bundle yet: its files, everything that is wrong with them, and the button that keeps them.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
[UnreadForm]
internal sealed class UploadModel(
    BundleDrafts drafts, BundleDraftFiles files, BundleChecks checks, BundleCommits commits, BundleUploadJob job, Tenant tenant, Limits limits) : PageModel
{
    public BundleDraft Draft { get; private set; } = null!;

    public IReadOnlyList<BundlePart> Parts { get; private set; } = [];

    /// <summary>Null while a file is missing, and for files that are too large for a request, before the job has looked through them.</summary>
    public BundleReport? Report { get; private set; }

    public bool IsLarge { get; private set; }

    public string? Refusal { get; private set; }

    public string? NameProblem { get; private set; }

    public string Name { get; private set; } = "";

    public string Workspace => tenant.Required;

    public string Href => Addresses.BundleUpload(Workspace, Draft.Bundle.Value, Draft.Upload.Value);

    public BundleUpload Target => new(Href, IsDraft: true, limits.UploadBytes);

    /// <summary>Large files that nobody has looked through yet may be kept if they turn out to be good.</summary>
    public bool MayKeep => Report?.Summary is not null || (IsLarge && Report is null);

    public static string Words(BundlePart part, bool isHere) => (part, isHere) switch
    {
        (BundlePart.Tasks, true) => "What buyers download",
        (BundlePart.Answers, true) => "The key, in the vault",
        (BundlePart.Reference, true) => "Reference files",
        (BundlePart.Reference, false) => "Not here. Only needed when tasks name files.",
        _ => "Still missing",
    };

    public async Task<IActionResult> OnGetAsync(string bundle, string upload, CancellationToken cancellationToken)
    {
        if (!await FindAsync(bundle, upload, cancellationToken))
            return NotFound();
        await LookAsync(cancellationToken);
        return Page();
    }

    /// <summary>More files.</summary>
    public async Task<IActionResult> OnPostFilesAsync(string bundle, string upload, CancellationToken cancellationToken)
    {
        if (!await FindAsync(bundle, upload, cancellationToken))
            return NotFound();
        if (!Request.HasFormContentType)
            return BadRequest();
        var failure = await BundleUpload.ReceiveAsync(HttpContext, drafts, Draft, Request.Query[BundleUpload.PartField], cancellationToken);
        return await AnswerAsync(failure, cancellationToken);
    }

    /// <summary>All files are sent; the page shows what was found.</summary>
    public async Task<IActionResult> OnPostCheckAsync(string bundle, string upload, CancellationToken cancellationToken) =>
        await FindAsync(bundle, upload, cancellationToken) ? await AnswerAsync(null, cancellationToken) : NotFound();

    public async Task<IActionResult> OnPostRemoveAsync(string bundle, string upload, CancellationToken cancellationToken)
    {
        if (!await FindAsync(bundle, upload, cancellationToken))
            return NotFound();
        if (!Enum.TryParse<BundlePart>(await FieldAsync("part", cancellationToken), ignoreCase: true, out var part) || !Enum.IsDefined(part))
            return BadRequest();
        await drafts.RemoveAsync(Draft, part, cancellationToken);
        return Redirect(Href);
    }

    /// <summary>What was taken for the tasks are the answers, and the other way round.</summary>
    public async Task<IActionResult> OnPostSwapAsync(string bundle, string upload, CancellationToken cancellationToken)
    {
        if (!await FindAsync(bundle, upload, cancellationToken))
            return NotFound();
        await drafts.SwapAsync(Draft, cancellationToken);
        return Redirect(Href);
    }

    public async Task<IActionResult> OnPostKeepAsync(string bundle, string upload, CancellationToken cancellationToken)
    {
        if (!await FindAsync(bundle, upload, cancellationToken))
            return NotFound();

        Name = await FieldAsync("name", cancellationToken) ?? "";
        if (Name.Trim().Length is 0 or > BundleRow.NameLength)
        {
            await LookAsync(cancellationToken);
            NameProblem = $"1 to {BundleRow.NameLength} characters.";
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }

        var named = Draft with { Name = Name.Trim() };
        if (await files.SizeAsync(Draft, cancellationToken) > limits.SyncBytes)
            return Redirect(Addresses.Job(Workspace, (await job.EnqueueAsync(named, mayMend: true, cancellationToken)).Id.Value));

        if (!(await commits.CommitAsync(named, cancellationToken)).Succeeded(out var kept, out var failure))
            return await AnswerAsync(failure, cancellationToken);

        this.Toast(new ToastMessage("The bundle was kept.") { Tone = "good" });
        return Redirect(Addresses.Bundle(Workspace, kept.Row.Id.Value));
    }

    public async Task<IActionResult> OnPostDiscardAsync(string bundle, string upload, CancellationToken cancellationToken)
    {
        if (!await FindAsync(bundle, upload, cancellationToken))
            return NotFound();
        await drafts.DiscardAsync(Draft, cancellationToken);
        this.Toast(new ToastMessage("The files were thrown away."));
        return Redirect(Addresses.Bundles(Workspace));
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public async Task<IActionResult> OnPostAsync(string bundle, string upload, CancellationToken cancellationToken) =>
        await FindAsync(bundle, upload, cancellationToken) ? BadRequest() : NotFound();

    private async Task<string?> FieldAsync(string name, CancellationToken cancellationToken) =>
        Request.HasFormContentType ? (await Request.ReadFormAsync(cancellationToken))[name].FirstOrDefault() : null;

    private async Task<bool> FindAsync(string bundle, string upload, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<BundleId>(bundle, out var id) || !TypeId.TryParse<JobId>(upload, out var own) || await drafts.FindAsync(id, own, cancellationToken) is not { } found)
            return false;
        Draft = found;
        Name = found.Name;
        return true;
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        Parts = await drafts.PartsAsync(Draft, cancellationToken);
        if (!Parts.Contains(BundlePart.Tasks) || !Parts.Contains(BundlePart.Answers))
            return;
        IsLarge = await files.SizeAsync(Draft, cancellationToken) > limits.SyncBytes;
        Report = IsLarge ? await drafts.ReportAsync(Draft, cancellationToken) : await checks.CheckAsync(Draft, cancellationToken);
    }

    /// <summary>For scripts 204 or a problem; for people the page.</summary>
    private async Task<IActionResult> AnswerAsync(Failure? failure, CancellationToken cancellationToken)
    {
        if (Request.Headers.ContainsKey("HX-Request"))
            return failure is null ? StatusCode(StatusCodes.Status204NoContent) : new ProblemAnswer(failure.ToProblem());
        if (failure is null)
            return Redirect(Href);

        await LookAsync(cancellationToken);
        Refusal = failure.Message;
        Response.StatusCode = failure.ToProblem().Status;
        return Page();
    }

    private sealed class ProblemAnswer(Problem problem) : ActionResult
    {
        public override Task ExecuteResultAsync(ActionContext context) => problem.ExecuteAsync(context.HttpContext);
    }
}

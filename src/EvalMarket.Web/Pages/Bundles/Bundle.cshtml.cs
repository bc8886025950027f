using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Bundles;

/// <summary>A bundle: what is in it, its files as they were sent, its versions.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Read)]
internal sealed class BundleModel(BundleStore bundles, Tenant tenant) : PageModel
{
    public const int PageSize = 100;

    private const int ShownCharacters = 240;

    public OpenBundle Bundle { get; private set; } = null!;

    public IReadOnlyList<BundleTask> Tasks { get; private set; } = [];

    public IReadOnlyList<(int Version, BundleDocument Document)> Versions { get; private set; } = [];

    public int From { get; private set; }

    public bool HasMore { get; private set; }

    public string Workspace => tenant.Required;

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public bool IsNewest => Bundle.Version == Bundle.Row.Version;

    public string ListingHref => Addresses.NewListing(Workspace, Bundle.Row.Id.Value);

    /// <summary>The upload that the version's files came with.</summary>
    public string FilesHref => Addresses.BundleUpload(Workspace, Bundle.Row.Id.Value, Bundle.Document.Upload.Value);

    public static string Beginning(string prompt) => prompt.Length > ShownCharacters ? prompt[..ShownCharacters] + "…" : prompt;

    public string Download(string file) => $"/api/bundles/{Bundle.Row.Id}/{file}?workspace={Workspace}{(IsNewest ? "" : $"&version={Bundle.Version}")}";

    public string PageHref(int from) => $"{Addresses.Bundle(Workspace, Bundle.Row.Id.Value)}?from={from}{(IsNewest ? "" : $"&version={Bundle.Version}")}";

    public async Task<IActionResult> OnGetAsync(string bundle, int? version, int? from, CancellationToken cancellationToken) =>
        await LoadAsync(bundle, version, from, cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostDeleteAsync(string bundle, CancellationToken cancellationToken)
    {
        if (!MayEdit || !TypeId.TryParse<BundleId>(bundle, out var id) || await bundles.FindAsync(id, cancellationToken) is null)
            return NotFound();
        if (await bundles.DeleteAsync(id, cancellationToken) is { } failure)
        {
            this.Toast(new ToastMessage(failure.Message) { Tone = "error" });
            return Redirect(Addresses.Bundle(Workspace, bundle));
        }

        this.Toast(new ToastMessage("The bundle was deleted."));
        return Redirect(Addresses.Bundles(Workspace));
    }

    /// <summary>A post without a handler means nothing here.</summary>
    public async Task<IActionResult> OnPostAsync(string bundle, CancellationToken cancellationToken) =>
        TypeId.TryParse<BundleId>(bundle, out var id) && await bundles.FindAsync(id, cancellationToken) is not null ? BadRequest() : NotFound();

    private async Task<bool> LoadAsync(string bundle, int? version, int? from, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<BundleId>(bundle, out var id) || await bundles.OpenAsync(id, version, cancellationToken) is not { } found)
            return false;

        Bundle = found;
        From = Math.Max(0, from ?? 0);
        await using (var tasks = await bundles.OpenTasksAsync(found, cancellationToken))
            Tasks = await BundleTasks.ReadAsync(tasks, cancellationToken).Skip(From).Take(PageSize).ToListAsync(cancellationToken);
        HasMore = From + Tasks.Count < found.Document.TaskCount;
        Versions = await bundles.VersionsAsync(found.Row, cancellationToken);
        return true;
    }
}

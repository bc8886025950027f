using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Bundles;

/// <summary>Some lines of a file of an upload or of a bundle's version, around a place. For the seller's editors: it may be the key.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class FileModel(BundleStore bundles, BundleDrafts drafts, BundleDraftFiles files, Tenant tenant) : PageModel
{
    public const int Shown = 200;

    private const int Before = 12;

    private string self = "";

    public string Workspace => tenant.Required;

    /// <summary>Of the bundle or draft.</summary>
    public string Name { get; private set; } = "";

    public string Back { get; private set; } = "";

    public string FileName { get; private set; } = "";

    /// <summary>The place that is shown; 0 for none.</summary>
    public long Line { get; private set; }

    public long Column { get; private set; } = 1;

    public TextWindow Window { get; private set; } = null!;

    public string Href(long from) => $"{self}&from={from}{(Line > 0 ? $"&line={Line}&column={Column}" : "")}";

    public async Task<IActionResult> OnGetAsync(string bundle, string upload, string? part, long? line, long? column, long? from, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<BundleId>(bundle, out var id) || !TypeId.TryParse<JobId>(upload, out var own)
            || !Enum.TryParse<BundlePart>(part ?? "tasks", ignoreCase: true, out var which) || which is not (BundlePart.Tasks or BundlePart.Answers)
            || !await FindAsync(id, own, cancellationToken)
            || await files.OpenAsync(id, own, which, cancellationToken) is not { } content)
        {
            return NotFound();
        }

        await using (content)
        {
            FileName = BundleUpload.NameOf(which);
            self = $"{Addresses.BundleUpload(Workspace, id.Value, own.Value)}/file?part={which.ToString().ToLowerInvariant()}";
            Line = Math.Max(0, line ?? 0);
            Column = Math.Max(1, column ?? 1);
            Window = await TextWindow.ReadAsync(content, Math.Max(1, from ?? (Line - Before)), Shown, Line, Column, cancellationToken);
        }

        // It may be a part of the key.
        Response.Headers.CacheControl = "no-store";
        return Page();
    }

    /// <summary>There is nothing to post to.</summary>
    public IActionResult OnPost() => NotFound();

    private async Task<bool> FindAsync(BundleId id, JobId upload, CancellationToken cancellationToken)
    {
        if (await drafts.FindAsync(id, upload, cancellationToken) is { } draft)
        {
            (Name, Back) = (draft.Name, Addresses.BundleUpload(Workspace, id.Value, upload.Value));
            return true;
        }

        if (await bundles.FindAsync(id, cancellationToken) is not { } row || !(await bundles.VersionsAsync(row, cancellationToken)).Any(version => version.Document.Upload == upload))
            return false;
        (Name, Back) = (row.Name, Addresses.Bundle(Workspace, id.Value));
        return true;
    }
}

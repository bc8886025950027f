using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Market.Vaults;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Market;

/// <summary>What a seller committed to, for everybody to check. The check changes nothing, so it needs no token against forged requests.</summary>
[AllowAnonymous]
[PublicPlace]
[IgnoreAntiforgeryToken]
[UnreadForm]
internal sealed class CommitmentModel(MarketDirectory market) : PageModel
{
    public ListingRow Listing { get; private set; } = null!;

    public IReadOnlyList<MarketVersion> Versions { get; private set; } = [];

    /// <summary>The version that a file was checked against.</summary>
    public MarketVersion Version { get; private set; } = null!;

    /// <summary>Null before a file was checked.</summary>
    public bool? IsKey { get; private set; }

    public async Task<IActionResult> OnGetAsync(string slug, CancellationToken cancellationToken) =>
        await LoadAsync(slug, cancellationToken) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string slug, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(slug, cancellationToken))
            return NotFound();
        if (!Request.HasFormContentType)
            return BadRequest();

        await foreach (var file in new UploadForm(HttpContext).FilesAsync(cancellationToken))
            IsKey = await KeyCommitments.IsKeyAsync(Version, file.Content, cancellationToken);
        return IsKey is null ? BadRequest() : Page();
    }

    private async Task<bool> LoadAsync(string slug, CancellationToken cancellationToken)
    {
        if (await market.FindAsync(slug, cancellationToken) is not { Version: > 0 } listing)
            return false;
        Listing = listing;
        Versions = await market.VersionsAsync(listing, cancellationToken);
        var number = int.TryParse(Request.Query["version"], out var asked) ? asked : listing.Version;
        Version = Versions.FirstOrDefault(version => version.Number == number) ?? Versions[0];
        return true;
    }
}

using System.Text.Json;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Market.Submissions;

namespace EvalMarket.Web.Pages.Market;

/// <summary>A listing as its page shows it.</summary>
internal sealed record ListingView
{
    public required ListingRow Row { get; init; }

    /// <summary>Null before it was published, but for the seller, who sees what it would be.</summary>
    public MarketVersion? Version { get; init; }

    /// <summary>It is not in the market: the seller looks at what buyers would see.</summary>
    public bool IsDraft => Row.Version == 0;

    public IReadOnlyList<MarketVersion> Versions { get; init; } = [];

    public IReadOnlyList<JsonElement> Preview { get; init; } = [];

    public IReadOnlyList<LeaderboardEntry> Board { get; init; } = [];

    /// <summary>Null for visitors.</summary>
    public string? Workspace { get; init; }

    public bool IsSeller { get; init; }

    /// <summary>Tasks and reference files may be downloaded, and responses sent.</summary>
    public bool HasEvaluation { get; init; }

    public bool HasCore { get; init; }

    public IReadOnlyList<GrantRow> Grants { get; init; } = [];

    public QuotaUse? Quota { get; init; }

    /// <summary>The parts of the data card that the seller has written.</summary>
    public IEnumerable<(string Id, string Title, string Text)> DataCard =>
        new[] { ("motivation-h", "Motivation", Row.DataCard.Motivation), ("provenance-h", "Provenance", Row.DataCard.Provenance), ("limits-h", "Limits", Row.DataCard.Limits) }
            .Where(part => !string.IsNullOrWhiteSpace(part.Item3));

    public static string Text(JsonElement task, string name) => task.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    public string FileHref(string file) => $"/api/listings/{Row.Slug}/{file}?workspace={Workspace}";
}

/// <summary>Gathers what a listing's page shows.</summary>
internal sealed class ListingViews(MarketDirectory market, MarketFiles files, MarketGrants grants, MarketSubmissions submissions, BundleStore bundles)
{
    private const int ShownBoard = 50;

    /// <summary>Null when the caller may not see it.</summary>
    public async Task<ListingView?> OpenAsync(string slug, string? workspace, CancellationToken cancellationToken)
    {
        if (await market.FindAsync(slug, cancellationToken) is not { } row)
            return null;
        var isSeller = workspace is not null && market.IsSeller(row);
        var (version, preview) = row.Version > 0
            ? (await market.VersionAsync(row, null, cancellationToken), await files.PreviewAsync(row, cancellationToken))
            : isSeller ? await DraftAsync(row, cancellationToken) : (null, []);
        return new ListingView
        {
            Row = row,
            Version = version,
            Versions = await market.VersionsAsync(row, cancellationToken),
            Preview = preview,
            Board = await market.LeaderboardAsync(row, ShownBoard, cancellationToken),
            Workspace = workspace,
            IsSeller = isSeller,
            HasEvaluation = workspace is not null && await grants.HasAsync(row, MarketProducts.Evaluation, cancellationToken),
            HasCore = workspace is not null && await grants.HasAsync(row, MarketProducts.CoreDataset, cancellationToken),
            Grants = workspace is null ? [] : await grants.MineAsync(row.Id, cancellationToken),
            Quota = workspace is null ? null : await submissions.QuotaAsync(row, cancellationToken),
        };
    }

    /// <summary>What a version would be if the draft were published now.</summary>
    private async Task<(MarketVersion? Version, IReadOnlyList<JsonElement> Preview)> DraftAsync(ListingRow row, CancellationToken cancellationToken)
    {
        if (await bundles.OpenAsync(row.BundleId, null, cancellationToken) is not { } bundle)
            return (null, []);
        var document = bundle.Document;
        var version = new MarketVersion
        {
            Number = 1, BundleId = bundle.Row.Id, BundleVersion = bundle.Version, Upload = document.Upload, PublishedAt = document.UpdatedAt, Commitment = document.Key.Commitment,
            TaskCount = document.TaskCount, ScoredCount = document.ScoredCount, Criteria = document.Criteria, Tasks = document.Tasks, Reference = document.Reference, Files = document.Files,
        };
        await using var tasks = await bundles.OpenTasksAsync(bundle, cancellationToken);
        return (version, await MarketFiles.PreviewAsync(tasks, row, cancellationToken));
    }
}

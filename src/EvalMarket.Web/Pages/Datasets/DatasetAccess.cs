using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Pages.Datasets.Explorer;

namespace EvalMarket.Web.Pages.Datasets;

/// <summary>What every page of a dataset begins with: the dataset, or nothing, and what stands above the page.</summary>
internal sealed class DatasetAccess(DatasetDirectory directory, DatasetVersions versions, Tenant tenant)
{
    /// <summary>Versions that the button above the page offers.</summary>
    private const int ListedVersions = 8;

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    public bool MayExport => tenant.Actor.May(Permission.Export);

    public string Workspace => tenant.Required;

    /// <summary>Null when there is none (or it is not yours, or it is deleted).</summary>
    public async Task<DatasetView?> FindAsync(string? dataset, CancellationToken cancellationToken) =>
        TypeId.TryParse<DatasetId>(dataset, out var id) ? await directory.FindAsync(id, cancellationToken) : null;

    public async Task<DatasetHead> HeadAsync(DatasetView dataset, string tab, DatasetAddress? address, CancellationToken cancellationToken)
    {
        var newest = await versions.ListAsync(dataset.Id, null, ListedVersions, cancellationToken);
        return new DatasetHead(Workspace, dataset.Row, tab)
        {
            Address = address ?? new DatasetAddress { Workspace = Workspace, Dataset = dataset.Id },
            MayEdit = MayEdit,
            MayExport = MayExport,
            Versions = newest.Items,
        };
    }
}

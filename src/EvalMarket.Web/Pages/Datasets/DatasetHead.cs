using EvalMarket.Core.Datasets;
using EvalMarket.Web.Pages.Datasets.Explorer;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Datasets;

/// <summary>What stands above every page of a dataset.</summary>
/// <param name="Tab">The part that is open: <c>items runs versions about settings</c>.</param>
internal sealed record DatasetHead(string Workspace, DatasetRow Dataset, string Tab)
{
    /// <summary>Of the list of items, where its filter matters; else of the whole dataset.</summary>
    public DatasetAddress Address { get; init; } = new() { Workspace = Workspace, Dataset = Dataset.Id };

    public bool MayEdit { get; init; }

    public bool MayExport { get; init; }

    /// <summary>The newest versions, for the button that goes to one.</summary>
    public IReadOnlyList<DatasetVersionRow> Versions { get; init; } = [];

    public int? RunCount { get; init; }

    /// <summary>The first paragraph of the description, without its Markdown.</summary>
    public string Lede => DescriptionWords.Lede(Dataset.Description);

    public IReadOnlyList<(string Key, string Label, string Href, long? Count)> Tabs
    {
        get
        {
            var id = Dataset.Id.Value;
            return
            [
                ("items", "Items", Addresses.Dataset(Workspace, id), Dataset.ItemCount),
                ("runs", "Runs", Addresses.Runs(Workspace, id), null),
                ("versions", "Versions", Addresses.DatasetVersions(Workspace, id), Dataset.Version),
                ("about", "Description", Addresses.DatasetAbout(Workspace, id), null),
                .. MayEdit ? [("settings", "Settings", Addresses.DatasetSettings(Workspace, id), (long?)null)] : Array.Empty<(string, string, string, long?)>(),
            ];
        }
    }
}

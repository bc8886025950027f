using EvalMarket.Formats.Ids;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Infrastructure;

/// <summary>
/// How the routes of the app are tried with what belongs to somebody else. A route whose parameters are not all named here fails
/// <see cref="ForeignTenantTests"/>: add its parameter, with a thing of the other tenant and one that never was.
/// </summary>
internal static class TenantRoutes
{
    /// <summary>Makes the values of the route parameters: of the other tenant's things, and of things that never were.</summary>
    public static async Task<IReadOnlyDictionary<string, (string Foreign, string Never)>> ParametersAsync(TestApp app, string foreignWorkspace)
    {
        var now = app.Time.GetUtcNow();
        var session = await app.Data.SessionRowAsync(foreignWorkspace);
        await app.Data.LabelAsync(foreignWorkspace, session);
        var bundle = await app.Data.BundleAsync(foreignWorkspace);
        var dataset = await app.Data.DatasetAsync(foreignWorkspace);
        var (run, asset) = await Packages.PackageWorld.RunAndAssetAsync(app, foreignWorkspace);
        return new Dictionary<string, (string, string)>(StringComparer.Ordinal)
        {
            ["workspace"] = (foreignWorkspace, "never-was"),
            ["session"] = (session.Value, TypeId.New<SessionId>(now).Value),
            ["queue"] = ((await app.Data.QueueAsync(foreignWorkspace, session)).Value, TypeId.New<QueueId>(now).Value),
            // Numbers of imports are counted in each queue, and the queue is the other one's.
            ["import"] = ("1", "2"),
            ["view"] = ((await app.Data.SavedViewAsync(foreignWorkspace)).Value, TypeId.New<SavedViewId>(now).Value),
            ["message"] = (TypeId.New<MessageId>(now).Value, TypeId.New<MessageId>(now).Value),
            ["draft"] = ((await app.Data.ImportDraftAsync(foreignWorkspace)).Value, TypeId.New<JobId>(now).Value),
            // Numbers of changes are counted in each workspace: the other one has a first change, this one has none.
            ["change"] = ("1", "2"),
            ["upload"] = ((await app.Data.BundleDraftAsync(foreignWorkspace, bundle)).Upload.Value, TypeId.New<JobId>(now).Value),
            ["bundle"] = (bundle.Value, TypeId.New<BundleId>(now).Value),
            // A draft: what is published is everybody's to see, on purpose.
            ["slug"] = (await app.Data.DraftListingAsync(foreignWorkspace, bundle), "never-was"),
            ["file"] = ("table.csv", "never-was.csv"),
            ["submission"] = ((await app.Data.SubmissionAsync(foreignWorkspace)).Value, TypeId.New<SubmissionId>(now).Value),
            ["dataset"] = (dataset.Dataset.Value, TypeId.New<DatasetId>(now).Value),
            ["section"] = (dataset.Section.Value, TypeId.New<SectionId>(now).Value),
            ["item"] = (dataset.Item.Value, TypeId.New<ItemId>(now).Value),
            // Numbers of versions are counted in each dataset, and the dataset is the other one's.
            ["version"] = ("1", "2"),
            ["link"] = (dataset.Link.Value, TypeId.New<LinkId>(now).Value),
            ["run"] = (run, TypeId.New<RunId>(now).Value),
            ["asset"] = (asset, new string('0', 64)),
            ["export"] = ((await app.Data.ExportAsync(foreignWorkspace)).Value, TypeId.New<ExportId>(now).Value),
            ["job"] = ((await app.Data.FinishedJobAsync(foreignWorkspace)).Value, TypeId.New<JobId>(now).Value),
            ["format"] = ("csv", "csv"),
        };
    }

    /// <summary>Routes whose parameters name nothing of a tenant, each with the reason.</summary>
    public static IReadOnlyDictionary<string, string> Exempt { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["/openapi/{documentName}.json"] = "names a document of the app",
        ["/{path}"] = "names a static file",
        ["/s/{token}"] = "the token is a secret that opens one item to whoever holds it",
        ["/invitations/{token}"] = "the token is a secret that opens one workspace to whoever holds it",
    };
}

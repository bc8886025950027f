using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Formats.Ids;
using EvalMarket.TestKit;
using Microsoft.Extensions.DependencyInjection;

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
        return new Dictionary<string, (string, string)>(StringComparer.Ordinal)
        {
            ["workspace"] = (foreignWorkspace, "never-was"),
            ["session"] = (session.Value, TypeId.New<SessionId>(now).Value),
            ["view"] = ((await app.Data.SavedViewAsync(foreignWorkspace)).Value, TypeId.New<SavedViewId>(now).Value),
            ["message"] = (TypeId.New<MessageId>(now).Value, TypeId.New<MessageId>(now).Value),
            ["draft"] = ((await app.Data.ImportDraftAsync(foreignWorkspace)).Value, TypeId.New<JobId>(now).Value),
            // Numbers of changes are counted in each workspace: the other one has a first change, this one has none.
            ["change"] = ("1", "2"),
            ["job"] = ((await app.Data.FinishedJobAsync(foreignWorkspace)).Value, TypeId.New<JobId>(now).Value),
            ["format"] = ("csv", "csv"),
            ["dataset"] = (await DatasetAsync(app, foreignWorkspace), TypeId.New<DatasetId>(now).Value),
        };
    }

    private static Task<string> DatasetAsync(TestApp app, string workspace) => app.InWorkspaceAsync(workspace, async services =>
        (await services.GetRequiredService<DatasetEditing>().CreateAsync(new NewDataset("A dataset"), CancellationToken.None)).Succeeded(out var view, out var failure)
            ? view.Id.Value
            : throw new InvalidOperationException(failure.Message));

    /// <summary>Routes whose parameters name nothing of a tenant, each with the reason.</summary>
    public static IReadOnlyDictionary<string, string> Exempt { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["/openapi/{documentName}.json"] = "names a document of the app",
        ["/{path}"] = "names a static file",
        ["/invitations/{token}"] = "the token is a secret that opens one workspace to whoever holds it",
    };
}

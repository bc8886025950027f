using EvalMarket.Web.Api.Assets;
using EvalMarket.Web.Api.Datasets;
using EvalMarket.Web.Api.Exports;
using EvalMarket.Web.Api.Jobs;
using EvalMarket.Web.Api.Packages;
using EvalMarket.Web.Api.Runs;
using EvalMarket.Web.Api.Market;
using EvalMarket.Web.Api.Queues;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Api;

/// <summary>All endpoints under <c>/api</c>: each subject adds its own, and what holds for all of them is said here.</summary>
internal static class ApiEndpoints
{
    public static void MapApi(this WebApplication app)
    {
        var api = app.MapGroup("/api")
            .RequireAuthorization()
            // Checked before, by a header, and only for browsers.
            .DisableAntiforgery()
            .AddEndpointFilter<RouteGroupBuilder, KnownParametersFilter>();
        api.MapSessions();
        api.MapLabelHistory();
        api.MapSessionImport();
        api.MapSessionExport();
        api.MapExports();
        api.MapPackages();
        api.MapRuns();
        api.MapAssets();
        api.MapBundles();
        api.MapListings();
        api.MapListingFiles();
        api.MapGrants();
        api.MapSubmissions();
        api.MapDatasets();
        api.MapItems();
        api.MapItemWriting();
        api.MapVersions();
        api.MapLinks();
        app.MapDatasetAddress();
        api.MapDatasetCsv();
        api.MapClone();
        api.MapDatasetExport();
        api.MapQueues();
        api.MapQueueReviews();
        api.MapJobs();
        api.MapLimits();
        api.MapWorkspace();
    }
}

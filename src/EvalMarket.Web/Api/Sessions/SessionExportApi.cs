using EvalMarket.Core.Exports;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Exports;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Sessions;

/// <summary>The way out for sessions: <c>GET /api/export</c> (contract, section 3).</summary>
internal static class SessionExportApi
{
    public const string Format = "format";
    public const string SessionIds = "session_ids";
    private const string Limit = "limit";

    public static void MapSessionExport(this IEndpointRouteBuilder api) =>
        api.MapGet("/export", GetAsync)
            .RequirePermission(Permission.Export)
            .WithTags("Exports")
            .WithQuery(
            [
                new QueryParameter(Format, "What to write. Required.", Values: [.. SessionExporters.All.Select(exporter => exporter.Format)]),
                .. SessionFilterParameters.Declared,
                new QueryParameter(SessionIds, "Only these sessions.", Repeatable: true),
                new QueryParameter(Limit, "At most so many sessions, the oldest first."),
            ])
            .WithSummary("Export eval-ready sessions")
            .WithDescription("Streams the eval-ready sessions that match, oldest first, as a download; `X-Export-Sessions` and `X-Export-Turns` say how many. No match gives an empty, valid file. The same bytes as the export in the Evals view. With `Prefer: respond-async` the file is made by a job.");

    /// <summary>Reads the selection of an export from a query; the pages' export takes the same parameters.</summary>
    public static (SessionFilter Filter, ISessionExporter? Exporter, int? Limit) Read(QueryReader query)
    {
        var filter = SessionFilterParameters.Read(query);
        if (query.Ids<SessionId>(SessionIds) is { Count: > 0 } ids)
        {
            filter = filter with { Ids = ids };
        }

        var format = query.OneOf(Format, [.. SessionExporters.All.Select(exporter => exporter.Format)]);
        var limit = (int?)query.Number(Limit, 1, int.MaxValue);
        if (format is null)
        {
            query.Require(Format, "Name the format.");
        }

        return (filter, format is null ? null : SessionExporters.Find(format), limit);
    }

    private static async Task<IResult> GetAsync(HttpContext http, SessionExports exports, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var (filter, exporter, limit) = Read(query);
        if (query.Failed(out var problem))
        {
            return problem;
        }

        var order = new ExportOrder { Format = exporter!.Format, Filter = filter, Limit = limit };
        return http.Request.PrefersAsync()
            ? await ExportProblems.StartAsync(order, http)
            : new SessionExportAnswer(await exports.PrepareAsync(filter, exporter, limit, cancellationToken), order);
    }
}

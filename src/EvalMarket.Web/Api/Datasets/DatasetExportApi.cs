using EvalMarket.Core.Exports;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Datasets.Exports;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Exports;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>The items of a dataset in other tools' formats (contract, section 6).</summary>
internal static class DatasetExportApi
{
    private const string SectionIds = "section_ids";
    private const string Version = "version";

    private static readonly QueryParameter[] Declared =
    [
        new(SectionIds, "Only these sections.", Repeatable: true),
        new(Version, "Another version than the newest."),
    ];

    public static void MapDatasetExport(this IEndpointRouteBuilder api)
    {
        var exports = api.MapGroup("/datasets/{dataset}/export/{format}").WithTags("Datasets");
        exports.MapGet("", GetAsync)
            .RequirePermission(Permission.Export)
            .WithQuery(Declared)
            .WithSummary("Export a dataset for another tool")
            .WithDescription($"`format` is one of {string.Join(", ", DatasetExporters.All.Select(exporter => $"`{exporter.Format}`"))}. Streamed as a download; the same version and sections give the same bytes, so `ETag` is strong and `If-None-Match` is answered with 304. A section of another dataset is 400. With `Prefer: respond-async` the file is made by a job.");
        exports.MapGet("/report", ReportAsync)
            .RequirePermission(Permission.Export)
            .WithQuery(Declared)
            .WithSummary("What an export would leave out")
            .WithDescription("`{format, version, items, losses: [{what, items}]}`: what the format has no place for, and how many items lose it.");
    }

    private static async Task<IResult> GetAsync(HttpContext http, string dataset, string format, DatasetExports exports, CancellationToken cancellationToken)
    {
        var (export, problem) = await PrepareAsync(http, dataset, format, exports, cancellationToken);
        return export is null ? problem!
            : http.Request.PrefersAsync() ? await ExportProblems.StartAsync(export.Order, http)
            : new DatasetExportAnswer(export);
    }

    private static async Task<IResult> ReportAsync(HttpContext http, string dataset, string format, DatasetExports exports, CancellationToken cancellationToken)
    {
        var (export, problem) = await PrepareAsync(http, dataset, format, exports, cancellationToken);
        if (export is null)
        {
            return problem!;
        }

        var report = await export.ReportAsync(cancellationToken);
        return new JsonAnswer(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("format", report.Format);
            writer.WriteNumber("version", export.Dataset.Version);
            writer.WriteNumber("items", report.Items);
            writer.WriteStartArray("losses");
            foreach (var loss in report.Losses)
            {
                writer.WriteStartObject();
                writer.WriteString("what", loss.What);
                writer.WriteNumber("items", loss.Items);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static async Task<(DatasetExport? Export, Problem? Problem)> PrepareAsync(
        HttpContext http, string dataset, string format, DatasetExports exports, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var sections = query.Ids<SectionId>(SectionIds);
        var version = (int?)query.Number(Version, 1, int.MaxValue);
        if (query.Failed(out var wrong))
        {
            return (null, wrong);
        }

        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || DatasetExporters.Find(format) is not { } exporter)
        {
            return (null, Problem.NotFound());
        }

        return (await exports.PrepareAsync(id, exporter, sections, version, cancellationToken)).Succeeded(out var export, out var failure)
            ? (export, null)
            : (null, ExportProblems.Of(failure));
    }
}

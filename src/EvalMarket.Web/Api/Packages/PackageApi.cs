using EvalMarket.Core;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Packages;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Exports;
using EvalMarket.Web.Api.Jobs;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;

namespace EvalMarket.Web.Api.Packages;

/// <summary>Dataset packages, out and in (contract, section 6).</summary>
internal static class PackageApi
{
    public const string RunParameter = "run_id";
    public const string SectionsParameter = "section_ids";
    public const string VersionParameter = "version";

    private const string FileField = "file";

    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>What the address of an export may say.</summary>
    public static IReadOnlyList<QueryParameter> Parameters { get; } =
    [
        new QueryParameter(RunParameter, "A completed run of this dataset: its configuration and its results for the exported sections go along."),
        new QueryParameter(SectionsParameter, "Only these sections. Repeat it for several.", Repeatable: true),
        new QueryParameter(VersionParameter, "A version of the dataset; the newest when absent, or the one that the run ran on."),
    ];

    public static void MapPackages(this IEndpointRouteBuilder api)
    {
        api.MapMethods("/datasets/{dataset}/export", GetAndHead, GetAsync)
            .RequirePermission(Permission.Export)
            .WithTags("Datasets")
            .WithQuery(Parameters)
            .WithSummary("Export a dataset as a package")
            .WithDescription("A `.eval752.zip` with `manifest.json`, `meta.json`, `sections/*.jsonl`, the files of exported items under `assets/`, and with `run_id` also `run_config.json`, `results.jsonl` and the LightEval configuration. The same version and filters give the same bytes: `ETag`, `If-None-Match`, `Range` and `HEAD` work. With `Prefer: respond-async` the file is made by a job.");
        api.MapPost("/datasets/upload", PostAsync)
            .RequirePermission(Permission.Edit)
            .WithTags("Datasets")
            .WithCurl("-F file=@dataset.eval752.zip")
            .WithSummary("Upload a package")
            .WithDescription("Multipart with one `file`: a package of this application or of eval_752. Makes a dataset of it, with sections, files and run, and answers with the dataset. All of it or nothing: 422 lists what is wrong. A body over `Limits:SyncBytes`, or `Prefer: respond-async`, becomes a job: 202 with `Location`.");
    }

    /// <summary>The address that the seed names, outside of <c>/api</c>, for keys and for signed-in browsers.</summary>
    public static void MapPackageDownload(this IEndpointRouteBuilder app) =>
        app.MapMethods("/datasets/{dataset}/export", GetAndHead, GetAsync)
            .RequireAuthorization()
            .RequirePermission(Permission.Export)
            .WithMetadata(new ApiEndpointMetadata())
            .WithQuery(Parameters)
            .AddEndpointFilter<KnownParametersFilter>()
            .ExcludeFromDescription();

    private static async Task<IResult> GetAsync(string dataset, HttpContext http, PackageExports exports, CancellationToken cancellationToken)
    {
        var query = new QueryReader(http);
        var run = query.Text(RunParameter);
        var sections = query.Texts(SectionsParameter);
        var version = (int?)query.Number(VersionParameter, 1, int.MaxValue);
        if (!TypeId.TryParse<DatasetId>(dataset, out var id))
        {
            return Problem.NotFound();
        }

        if (query.Failed(out var problem))
        {
            return problem;
        }

        return (await exports.PrepareAsync(new PackageRequest(id, sections, run, version), cancellationToken)).Succeeded(out var export, out var failure)
            ? http.Request.PrefersAsync() ? await ExportProblems.StartAsync(export.Order, http) : new PackageAnswer(export)
            : failure.ToProblem();
    }

    private static async Task<IResult> PostAsync(
        HttpContext http, PackageUploads uploads, PackageUploadJob jobs, IPackageAnswers answers, ImportStaging staging, Limits limits, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!http.Request.HasFormContentType)
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", $"Send multipart/form-data with one part named {FileField}.");
        }

        if (UploadedFiles.AreForAJob(http, limits))
        {
            var staged = await OneFileUpload.StageAsync(http, FileField, [], staging, JobQueue.NewId(clock), async (id, upload, _) => await jobs.EnqueueAsync(id, upload, cancellationToken), cancellationToken);
            return staged.Succeeded(out var job, out var refused) ? JobAnswer.Accepted(job) : refused.ToProblem();
        }

        var form = await http.Request.ReadFormAsync(cancellationToken);
        if (OneFileUpload.Check([.. form.Keys], [.. form.Files.Select(file => file.Name)], FileField, []) is { } wrong)
        {
            return wrong.ToProblem();
        }

        await using var content = form.Files[0].OpenReadStream();
        var outcome = await uploads.UploadAsync(content, UploadForm.NameOf(form.Files[0].FileName), null, null, cancellationToken);
        return outcome.Succeeded(out var result, out var failure) ? await AnswerAsync(result, answers, cancellationToken) : failure.ToProblem();
    }

    private static async Task<IResult> AnswerAsync(PackageUploadResult result, IPackageAnswers answers, CancellationToken cancellationToken)
    {
        var json = await answers.WriteAsync(result, cancellationToken);
        return new JsonAnswer(writer => writer.WriteRawValue(json), StatusCodes.Status201Created);
    }
}

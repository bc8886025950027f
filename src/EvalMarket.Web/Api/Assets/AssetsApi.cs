using EvalMarket.Core.Assets;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Api.Packages;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Documentation;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Api.Assets;

/// <summary>Files that items of datasets have.</summary>
internal static class AssetsApi
{
    private const string FileField = "file";

    public static void MapAssets(this IEndpointRouteBuilder api)
    {
        api.MapPost("/datasets/{dataset}/assets", PostAsync)
            .RequirePermission(Permission.Edit)
            .WithTags("Datasets")
            .WithCurl("-F file=@map.png")
            .WithSummary("Upload a file for items")
            .WithDescription("Multipart with one `file`: PDF, JPG, PNG, WebP, GIF, CSV or TXT, by its name and by its content. Answers `{id, path, mime_type, sha256, bytes}`: put the last four into the `assets` of an item. The same content again is the same file.");
        api.MapGet("/assets/{asset}", GetAsync)
            .RequirePermission(Permission.Read)
            .WithTags("Datasets")
            .WithSummary("A file of items")
            .WithDescription("By its SHA-256. Pictures may be shown, everything else is a download.");
    }

    private static async Task<IResult> PostAsync(string dataset, HttpContext http, AssetStore assets, DatasetDirectory datasets, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<DatasetId>(dataset, out var id) || !await datasets.ExistsAsync(id, cancellationToken))
        {
            return Problem.NotFound();
        }

        if (!http.Request.HasFormContentType)
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", $"Send multipart/form-data with one part named {FileField}.");
        }

        var form = await http.Request.ReadFormAsync(cancellationToken);
        if (OneFileUpload.Check([.. form.Keys], [.. form.Files.Select(file => file.Name)], FileField, []) is { } wrong)
        {
            return wrong.ToProblem();
        }

        await using var content = form.Files[0].OpenReadStream();
        if (!(await assets.AddAsync(UploadForm.NameOf(form.Files[0].FileName), content, cancellationToken)).Succeeded(out var asset, out var failure))
        {
            return failure.ToProblem();
        }

        return new JsonAnswer(
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("id", asset.Id.Value);
                writer.WriteString("path", asset.Path);
                writer.WriteString("mime_type", asset.MimeType);
                writer.WriteString("sha256", asset.Sha256);
                writer.WriteNumber("bytes", asset.Bytes);
                writer.WriteEndObject();
            },
            StatusCodes.Status201Created);
    }

    /// <summary>Never a page of ours: nothing in the file can run, and what is no picture is not shown.</summary>
    internal static async Task<IResult> GetAsync(string asset, HttpContext http, AssetStore assets, CancellationToken cancellationToken)
    {
        if (asset.Length != 64 || await assets.FindAsync(asset, cancellationToken) is not { } found)
        {
            return Problem.NotFound();
        }

        var isPicture = found.MimeType.StartsWith("image/", StringComparison.Ordinal);
        var disposition = new ContentDispositionHeaderValue(isPicture ? "inline" : "attachment");
        disposition.SetHttpFileName(found.Name);
        var headers = http.Response.Headers;
        headers.ContentDisposition = disposition.ToString();
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.CacheControl = "private, max-age=31536000, immutable";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return TypedResults.Stream(
            await assets.OpenAsync(found, cancellationToken),
            found.MimeType.StartsWith("text/", StringComparison.Ordinal) ? found.MimeType + "; charset=utf-8" : found.MimeType,
            entityTag: new EntityTagHeaderValue($"\"{found.Sha256}\""),
            enableRangeProcessing: true);
    }
}

using EvalMarket.Core.Exports;
using EvalMarket.Web.Api.Exports;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>Streams a dataset's export as a download. The API and the pages answer with this, so their bytes are the same.</summary>
internal sealed class DatasetExportAnswer(DatasetExport export) : ActionResult, IResult
{
    public override Task ExecuteResultAsync(ActionContext context) => ExecuteAsync(context.HttpContext);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var tag = new EntityTagHeaderValue($"\"{export.EntityTag}\"");
        response.Headers.ETag = tag.ToString();
        response.Headers.CacheControl = "private, no-cache";
        if (httpContext.Request.GetTypedHeaders().IfNoneMatch.Any(other => other.Tag == "*" || tag.Compare(other, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(export.FileName);
        response.ContentType = export.ContentType;
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers["X-Export-Items"] = export.Dataset.ItemCount.ToString();
        await SentExport.SendAsync(httpContext, export.Order, export.Facts, output => export.WriteAsync(output, httpContext.RequestAborted));
    }
}

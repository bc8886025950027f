using EvalMarket.Core.Annotation;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Api.Queues;

/// <summary>Streams the export of a queue as a download. The API and the pages answer with this, so their bytes are the same.</summary>
internal sealed class QueueExportAnswer(QueueExports exports, QueueRow queue, string format) : ActionResult, IResult
{
    public override Task ExecuteResultAsync(ActionContext context) => ExecuteAsync(context.HttpContext);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"{queue.Name}-reviews.{format}");
        response.ContentType = format == QueueExports.Formats[0] ? "text/csv; charset=utf-8" : "application/x-ndjson";
        response.Headers.ContentDisposition = disposition.ToString();
        await exports.WriteAsync(queue, format, response.BodyWriter, httpContext.RequestAborted);
    }
}

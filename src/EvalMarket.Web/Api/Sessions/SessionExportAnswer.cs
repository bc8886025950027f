using EvalMarket.Core.Exports;
using EvalMarket.Web.Api.Exports;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Api.Sessions;

/// <summary>Streams an export as a download. The API and the pages answer with this, so their bytes are the same.</summary>
internal sealed class SessionExportAnswer(SessionExport export, ExportOrder order) : ActionResult, IResult
{
    public const string SessionsHeader = "X-Export-Sessions";
    public const string TurnsHeader = "X-Export-Turns";

    public override Task ExecuteResultAsync(ActionContext context) => ExecuteAsync(context.HttpContext);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using (export)
        {
            var response = httpContext.Response;
            var disposition = new ContentDispositionHeaderValue("attachment");
            disposition.SetHttpFileName(export.FileName);
            response.ContentType = export.ContentType;
            response.Headers.ContentDisposition = disposition.ToString();
            response.Headers[SessionsHeader] = export.Sessions.ToString();
            response.Headers[TurnsHeader] = export.Turns.ToString();
            await SentExport.SendAsync(httpContext, order, export.Facts, output => export.WriteAsync(output, httpContext.RequestAborted));
        }
    }
}

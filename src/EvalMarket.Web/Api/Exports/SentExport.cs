using System.IO.Pipelines;
using EvalMarket.Core.Exports;

namespace EvalMarket.Web.Api.Exports;

/// <summary>An export that is sent at once, written down in the list of exports.</summary>
internal static class SentExport
{
    /// <summary>Writes the body; the export counts as sent when all of it was.</summary>
    public static async Task SendAsync(HttpContext http, ExportOrder order, ExportFacts facts, Func<PipeWriter, Task> write)
    {
        var log = http.RequestServices.GetRequiredService<ExportLog>();
        var export = await log.BeginAsync(order, facts, http.RequestAborted);
        var output = new CountingPipeWriter(http.Response.BodyWriter);
        await write(output);
        // A client that knows the length closes its end before we are here.
        if (facts.Bytes is { } all ? output.Bytes == all : !http.RequestAborted.IsCancellationRequested)
        {
            await log.FinishAsync(export, output.Bytes);
        }
    }
}

using EvalMarket.Core.Packages;
using EvalMarket.Web.Api.Exports;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Api.Packages;

/// <summary>
/// Sends a package: its length before its first byte, a strong tag, ranges (RFC 9110, section 14), conditions (section 13). The API and the pages answer with this, so their bytes are the same. A client that reads slowly
/// holds one buffer; one that goes away holds nothing.
/// </summary>
internal sealed class PackageAnswer(PackageExport export) : ActionResult, IResult
{
    public override Task ExecuteResultAsync(ActionContext context) => ExecuteAsync(context.HttpContext);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        var cancellationToken = httpContext.RequestAborted;
        var tag = new EntityTagHeaderValue($"\"{export.EntityTag}\"");
        var headers = request.GetTypedHeaders();
        response.Headers.ETag = tag.ToString();
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.AcceptRanges = "bytes";
        if (headers.IfMatch is { Count: > 0 } wanted && !wanted.Any(each => each.Equals(EntityTagHeaderValue.Any) || each.Compare(tag, useStrongComparison: true)))
        {
            response.StatusCode = StatusCodes.Status412PreconditionFailed;
            return;
        }

        if (headers.IfNoneMatch is { Count: > 0 } known && known.Any(each => each.Equals(EntityTagHeaderValue.Any) || each.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(export.FileName);
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.LastModified = HeaderUtilities.FormatDate(export.At);
        response.ContentType = PackageExport.ContentType;
        var plan = await export.PlanAsync(cancellationToken);
        var (from, length) = (0L, plan.Length);
        // With a condition that does not hold the whole is what helps (section 13.1.5).
        if (headers.Range is { Ranges.Count: 1, Unit: var unit } range && unit == "bytes" && (headers.IfRange?.EntityTag is not { } same ? headers.IfRange is null : same.Compare(tag, useStrongComparison: true)))
        {
            var asked = range.Ranges.First();
            if (Of(asked, plan.Length) is not var (first, last))
            {
                response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                response.Headers.ContentRange = new ContentRangeHeaderValue(plan.Length).ToString();
                response.Headers.ContentDisposition = default;
                response.ContentType = null;
                response.ContentLength = 0;
                return;
            }

            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = new ContentRangeHeaderValue(first, last, plan.Length).ToString();
            (from, length) = (first, last - first + 1);
        }

        response.ContentLength = length;
        if (HttpMethods.IsHead(request.Method))
        {
            return;
        }

        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await using var blobs = export.OpenBlobs();
        if (length == plan.Length)
        {
            await SentExport.SendAsync(httpContext, export.Order, export.FactsOf(plan.Length), output => plan.WriteAsync(blobs, output, from, length, cancellationToken));
        }
        else
        {
            // The rest of a download that broke off is no other export.
            await plan.WriteAsync(blobs, response.BodyWriter, from, length, cancellationToken);
        }
    }

    /// <summary>First and last byte; null when the package has none of them.</summary>
    private static (long First, long Last)? Of(RangeItemHeaderValue asked, long length)
    {
        if (asked.From is { } from)
        {
            return from < length ? (from, Math.Min(asked.To ?? long.MaxValue, length - 1)) : null;
        }

        return asked.To is > 0 and var last ? (Math.Max(0, length - last), length - 1) : null;
    }
}

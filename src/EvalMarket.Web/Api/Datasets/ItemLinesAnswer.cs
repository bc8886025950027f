using EvalMarket.Core.Datasets.Items;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>Items as NDJSON, as they are read.</summary>
internal sealed class ItemLinesAnswer(IAsyncEnumerable<ItemView> items) : IResult
{
    private const int FlushBytes = 64 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = $"{ItemsApi.JsonLines}; charset=utf-8";
        var output = httpContext.Response.BodyWriter;
        await foreach (var item in items)
        {
            var line = DatasetAnswers.LineOf(item);
            line.CopyTo(output.GetSpan(line.Length + 1));
            output.GetSpan(line.Length + 1)[line.Length] = (byte)'\n';
            output.Advance(line.Length + 1);
            if (output.UnflushedBytes > FlushBytes && (await output.FlushAsync(httpContext.RequestAborted)).IsCompleted)
            {
                return;
            }
        }

        await output.FlushAsync(httpContext.RequestAborted);
    }
}

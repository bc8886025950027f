using System.Text.Json;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>A page of items, sent while it is read: <c>{items, next_cursor, previous_cursor?}</c>.</summary>
/// <param name="next">Null on the last page.</param>
/// <param name="previous">Left out when null.</param>
internal sealed class ItemPageAnswer(IAsyncEnumerable<ItemView> items, string? next, string? previous) : IResult
{
    private const int FlushBytes = 256 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        var output = httpContext.Response.BodyWriter;
        await using (var writer = new Utf8JsonWriter(output, JsonAnswer.Options))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            await foreach (var item in items)
            {
                DatasetAnswers.Write(writer, item);
                if (writer.BytesPending + output.UnflushedBytes > FlushBytes)
                {
                    writer.Flush();
                    if ((await output.FlushAsync(httpContext.RequestAborted)).IsCompleted)
                    {
                        return;
                    }
                }
            }

            writer.WriteEndArray();
            writer.WriteString("next_cursor", next);
            if (previous is not null)
            {
                writer.WriteString("previous_cursor", previous);
            }

            writer.WriteEndObject();
        }

        await output.FlushAsync(httpContext.RequestAborted);
    }
}

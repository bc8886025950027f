using System.Text.Encodings.Web;
using System.Text.Json;

namespace EvalMarket.Web.Infrastructure.Requests;

/// <summary>A JSON body that is written straight into the response.</summary>
/// <param name="write">Writes one value.</param>
/// <param name="status">200 unless said otherwise.</param>
internal sealed class JsonAnswer(Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK) : IResult
{
    /// <summary>Texts as they are, no checks of what the code writes anyway.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        await using (var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter, Options))
        {
            write(writer);
        }

        await httpContext.Response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }
}

using EvalMarket.Core.Market.Vaults;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Api.Market;

/// <summary>A file as a download: with its length, resumable, known again by its hash, and never shown by the browser as a page of ours.</summary>
internal static class FileAnswer
{
    public const string Json = "application/json";
    public const string Zip = "application/zip";

    public static IResult Of(HttpContext http, Stream content, string mimeType, string name, string sha256)
    {
        Protect(http);
        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Stream(content, mimeType, name, entityTag: new EntityTagHeaderValue($"\"{sha256}\""), enableRangeProcessing: true);
    }

    /// <summary>An answer key: nobody on the way keeps it.</summary>
    public static IResult Of(HttpContext http, AnswerKey key)
    {
        Protect(http);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Stream(key.Open(), Json, "answers.json");
    }

    private static void Protect(HttpContext http) => http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
}

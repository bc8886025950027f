using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Infrastructure.Protection;

/// <summary>
/// Compresses pages that show nothing of what the address says. The length of a compressed page that holds both a secret and words that somebody else has
/// chosen tells about the secret (BREACH, CVE-2013-3587), so a page with a query, and the answer to a form, go out as they are: see docs/adr/0015.
/// Style and script are compressed when they are built.
/// </summary>
internal static class PageCompression
{
    public static IServiceCollection AddPageCompression(this IServiceCollection services) => services
        .AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = ["text/html"];
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
        })
        .Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest)
        .Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest)
        .AddSingleton<IResponseCompressionProvider, Provider>();

    public static void UsePageCompression(this WebApplication app) => app.UseResponseCompression();

    private sealed class Provider(IServiceProvider services, IOptions<ResponseCompressionOptions> options) : ResponseCompressionProvider(services, options)
    {
        public override bool ShouldCompressResponse(HttpContext context) =>
            HttpMethods.IsGet(context.Request.Method) && !context.Request.QueryString.HasValue
            // A strong ETag names these bytes, not packed ones.
            && !context.Response.Headers.ContainsKey(HeaderNames.ETag)
            && base.ShouldCompressResponse(context);
    }
}

using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Infrastructure.Protection;

/// <summary>Headers that every answer carries, so that nothing it holds can run, be framed or be kept where it should not.</summary>
internal static class SecurityHeaders
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'";

    private const string PermissionsPolicy = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

    private const string StrictTransportSecurity = "max-age=31536000";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(static state =>
        {
            Add((HttpContext)state);
            return Task.CompletedTask;
        }, context);
        return next(context);
    });

    private static void Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        // Files that came with sessions set a stricter one.
        headers.TryAdd(HeaderNames.ContentSecurityPolicy, ContentSecurityPolicy);
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = PermissionsPolicy;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (context.Request.IsHttps)
            headers[HeaderNames.StrictTransportSecurity] = StrictTransportSecurity;

        // Static files say for themselves how long they last, and so does an export with an ETag.
        if (context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is null && !headers.ContainsKey(HeaderNames.CacheControl))
            headers[HeaderNames.CacheControl] = "no-store";
    }
}

using Microsoft.AspNetCore.Authentication.Cookies;

namespace EvalMarket.Web.Infrastructure.Authentication;

/// <summary>
/// Over HTTPS (directly, or by a trusted proxy's word) cookies are Secure and carry the prefix <c>__Host-</c>, which browsers only
/// take from this very host over HTTPS (RFC 6265bis, section 4.1.3.2). Over plain HTTP, on a laptop or a LAN, they have their plain names.
/// </summary>
internal sealed class HttpsAwareCookieManager : ICookieManager
{
    private const string Prefix = "__Host-";

    private readonly ChunkingCookieManager chunks = new();

    public string? GetRequestCookie(HttpContext context, string key) => chunks.GetRequestCookie(context, Name(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options) =>
        chunks.AppendResponseCookie(context, Name(context, key), value, Adjust(context, options));

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) =>
        chunks.DeleteCookie(context, Name(context, key), Adjust(context, options));

    private static string Name(HttpContext context, string key) => context.Request.IsHttps ? Prefix + key : key;

    private static CookieOptions Adjust(HttpContext context, CookieOptions options) =>
        new(options) { Secure = context.Request.IsHttps, Path = "/", Domain = null };
}

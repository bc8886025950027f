using System.Security.Cryptography;
using System.Text;
using EvalMarket.Web.Pages.Shared;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Pages.Market;

/// <summary>
/// Lets a visitor's browser, and a cache before the app, keep a page of the market and ask whether it still holds. Pages of people who are signed in are theirs alone and are kept by nobody.
/// </summary>
internal static class VisitorCache
{
    private static readonly string Build = typeof(VisitorCache).Module.ModuleVersionId.ToString("n");

    /// <summary>Sets the validators; true when what the visitor has is still right, and 304 is the answer.</summary>
    /// <param name="stamp">Changes with everything that the page shows.</param>
    public static bool IsUnchanged(HttpContext http, string stamp)
    {
        if (http.User.Identity?.IsAuthenticated == true)
            return false;

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{Build}\n{stamp}\n{http.Request.QueryString}\n{Frame.ThemeOf(http.Request)}"));
        var tag = $"\"{Convert.ToHexStringLower(hash)[..32]}\"";
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "public, no-cache";
        http.Response.Headers.Vary = HeaderNames.Cookie;
        return http.Request.Headers.IfNoneMatch.Contains(tag);
    }
}

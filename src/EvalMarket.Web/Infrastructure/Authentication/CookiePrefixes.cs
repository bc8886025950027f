using Microsoft.AspNetCore.Http.Features;

namespace EvalMarket.Web.Infrastructure.Authentication;

/// <summary>
/// Gives the cookies of the framework that have one fixed name (antiforgery, notices over a redirect) the prefix <c>__Host-</c> over HTTPS, as
/// <see cref="HttpsAwareCookieManager"/> does for the sign-in. One that comes without the prefix over HTTPS is not ours and is not seen.
/// </summary>
internal sealed class CookiePrefixes(RequestDelegate next)
{
    public const string Antiforgery = "evalmarket.antiforgery";

    private const string Prefix = "__Host-";
    private const string SecureAttribute = "; secure";

    private static readonly string[] Names = [Antiforgery, Microsoft.AspNetCore.Mvc.ViewFeatures.CookieTempDataProvider.CookieName];

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.IsHttps)
        {
            context.Features.Set<IRequestCookiesFeature>(new RequestCookiesFeature(new PlainNames(context.Request.Cookies)));
            context.Response.OnStarting(() =>
            {
                var headers = context.Response.Headers;
                headers.SetCookie = headers.SetCookie.Select(Rename).ToArray();
                return Task.CompletedTask;
            });
        }

        return next(context);
    }

    private static bool IsOurs(string text) => Array.Exists(Names, name => text.StartsWith(name, StringComparison.Ordinal));

    private static string? Rename(string? cookie) =>
        cookie is null || !IsOurs(cookie) ? cookie
        : Prefix + cookie + (cookie.Contains(SecureAttribute, StringComparison.OrdinalIgnoreCase) ? "" : SecureAttribute);

    /// <summary>The cookies as the framework looks for them.</summary>
    private sealed class PlainNames(IRequestCookieCollection sent) : IRequestCookieCollection
    {
        private readonly Dictionary<string, string> cookies = sent
            .Where(cookie => !IsOurs(cookie.Key))
            .Select(cookie => cookie.Key.StartsWith(Prefix, StringComparison.Ordinal) && IsOurs(cookie.Key[Prefix.Length..])
                ? new KeyValuePair<string, string>(cookie.Key[Prefix.Length..], cookie.Value)
                : cookie)
            .DistinctBy(cookie => cookie.Key)
            .ToDictionary(StringComparer.Ordinal);

        public int Count => cookies.Count;

        public ICollection<string> Keys => cookies.Keys;

        public string? this[string key] => cookies.GetValueOrDefault(key);

        public bool ContainsKey(string key) => cookies.ContainsKey(key);

        public bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => cookies.TryGetValue(key, out value);

        public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => cookies.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

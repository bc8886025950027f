namespace EvalMarket.Web.Infrastructure.Requests;

/// <summary>What a request asks for in its <c>Prefer</c> header (RFC 7240).</summary>
internal static class RequestPreferences
{
    /// <summary><c>Prefer: respond-async</c>: the sender wants a job instead of waiting.</summary>
    public static bool PrefersAsync(this HttpRequest request) =>
        request.Headers["Prefer"].Any(value => value?.Contains("respond-async", StringComparison.OrdinalIgnoreCase) == true);
}

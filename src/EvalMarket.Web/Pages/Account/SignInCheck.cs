using System.Security.Claims;
using EvalMarket.Core.Accounts;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Pages.Account;

/// <summary>Looks, on every request with a cookie, whether its session is still in force: signing out and new passwords count at once.</summary>
internal static class SignInCheck
{
    public const string SessionClaim = "session";

    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var stamp = context.Principal?.FindFirstValue(services.GetRequiredService<IOptions<IdentityOptions>>().Value.ClaimsIdentity.SecurityStampClaimType);
        if (stamp is not null && SessionOf(context.Principal) is var (user, session)
            && await services.GetRequiredService<SignInSessions>().IsInForceAsync(user, session, stamp, context.HttpContext.RequestAborted))
        {
            return;
        }

        context.RejectPrincipal();
        if (context.Options.Cookie.Name is { } cookie)
            context.Options.CookieManager.DeleteCookie(context.HttpContext, cookie, context.Options.Cookie.Build(context.HttpContext));
    }

    /// <summary>The person and the session that the cookie names.</summary>
    public static (Guid User, string Session)? SessionOf(ClaimsPrincipal? principal) =>
        principal?.FindFirstValue(SessionClaim) is { } session && PersonOf(principal) is { } user ? (user, session) : null;

    /// <summary>The signed-in person's id; null for visitors and keys.</summary>
    public static Guid? PersonOf(ClaimsPrincipal? principal) =>
        principal?.Identity?.IsAuthenticated == true && Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;
}

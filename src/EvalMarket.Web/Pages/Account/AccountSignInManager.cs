using System.Security.Claims;
using EvalMarket.Core.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Pages.Account;

/// <summary>Identity's sign-in, with a session that the server knows behind every cookie, so that signing out ends it.</summary>
internal sealed class AccountSignInManager(
    UserManager<User> users, IHttpContextAccessor context, IUserClaimsPrincipalFactory<User> principals, IOptions<IdentityOptions> options,
    ILogger<SignInManager<User>> logger, IAuthenticationSchemeProvider schemes, IUserConfirmation<User> confirmation, SignInSessions sessions)
    : SignInManager<User>(users, context, principals, options, logger, schemes, confirmation)
{
    public override async Task SignInWithClaimsAsync(
        User user, AuthenticationProperties? authenticationProperties, IEnumerable<Claim> additionalClaims)
    {
        // Signed in again (a refreshed cookie, another person): the session before has no use any more.
        await EndSessionAsync();
        var session = await sessions.BeginAsync(user.Id, Context.RequestAborted);
        await base.SignInWithClaimsAsync(user, authenticationProperties, [.. additionalClaims, new Claim(SignInCheck.SessionClaim, session)]);
    }

    public override async Task SignOutAsync()
    {
        await EndSessionAsync();
        await base.SignOutAsync();
    }

    private async Task EndSessionAsync()
    {
        if (SignInCheck.SessionOf(Context.User) is var (user, session))
            await sessions.EndAsync(user, session, Context.RequestAborted);
    }
}

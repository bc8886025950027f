using EvalMarket.Core.Accounts;
using EvalMarket.Web.Infrastructure.Protection;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Pages.Account;

/// <summary>How a try to sign in ended.</summary>
internal enum SignInAnswer
{
    /// <summary>The cookie is on its way.</summary>
    Welcome,

    /// <summary>Unknown address, wrong password or waiting account: nobody learns which.</summary>
    Refused,

    /// <summary>Too many tries from this network address; nothing was looked at.</summary>
    Throttled,

    /// <summary>The password was right; the address has to be confirmed first.</summary>
    Unconfirmed,
}

/// <summary>
/// Tries an address and a password. Does the same work (one password hash) whether there is such an account or not, so that neither the
/// answer nor its time tells.
/// </summary>
internal sealed partial class SignInAttempt(
    UserManager<User> users, SignInManager<User> signIn, SignInGuard guard, SignInThrottle throttle, IHttpContextAccessor context,
    IOptions<AccountOptions> options, ILogger<SignInAttempt> logger)
{
    // The hash of no password that anybody has.
    private static readonly User Nobody = new();

    private static readonly Lazy<string> NobodysHash =
        new(() => new PasswordHasher<User>().HashPassword(Nobody, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString()));

    public async Task<SignInAnswer> TryAsync(string email, string password, bool remember, CancellationToken cancellationToken)
    {
        var address = context.HttpContext?.Connection.RemoteIpAddress;
        if (throttle.WaitBefore(address, email) is not null)
            return SignInAnswer.Throttled;

        var user = await users.FindByEmailAsync(email);
        if (user is null || !await guard.TakeTryAsync(user.Id, cancellationToken))
        {
            SpendTheTimeOfAHash(password);
            throttle.CountFailure(address, email);
            Log.Refused(logger, user?.Id);
            return SignInAnswer.Refused;
        }

        if (!await users.CheckPasswordAsync(user, password))
        {
            throttle.CountFailure(address, email);
            Log.Refused(logger, user.Id);
            return SignInAnswer.Refused;
        }

        await guard.ForgiveAsync(user.Id, cancellationToken);
        if (options.Value.RequireConfirmedEmail && !user.EmailConfirmed)
            return SignInAnswer.Unconfirmed;

        await signIn.SignInAsync(user, new AuthenticationProperties { IsPersistent = remember });
        Log.SignedIn(logger, user.Id);
        return SignInAnswer.Welcome;
    }

    /// <summary>For answers that need no hash but must not be faster for it.</summary>
    public void SpendTheTimeOfAHash(string password) => users.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash.Value, password);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{User} signed in")]
        public static partial void SignedIn(ILogger logger, Guid user);

        [LoggerMessage(LogLevel.Warning, "A sign-in was refused ({User})")]
        public static partial void Refused(ILogger logger, Guid? user);
    }
}

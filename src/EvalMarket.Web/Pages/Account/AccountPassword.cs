using EvalMarket.Core.Accounts;
using Microsoft.AspNetCore.Identity;

namespace EvalMarket.Web.Pages.Account;

/// <summary>Asks a signed-in person for the password again before something that somebody at an open screen must not do. Tries count as at sign-in.</summary>
internal sealed class AccountPassword(UserManager<User> users, SignInGuard guard)
{
    /// <summary>What is wrong with the password; null when it is right.</summary>
    public async Task<string?> ErrorAsync(User user, string? password, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(password))
            return "Enter your password.";
        if (!await guard.TakeTryAsync(user.Id, cancellationToken))
            return "There were too many tries. Wait five minutes.";
        if (!await users.CheckPasswordAsync(user, password))
            return "This is not your password.";

        await guard.ForgiveAsync(user.Id, cancellationToken);
        return null;
    }
}

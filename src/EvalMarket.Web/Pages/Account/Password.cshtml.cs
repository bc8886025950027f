using EvalMarket.Core.Accounts;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Account;

/// <summary>Changes the password, and ends sign-ins.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
internal sealed class PasswordModel(
    UserManager<User> users, SignInManager<User> signIn, SignInSessions sessions, AccountPassword password, AccountMailer mailer) : PageModel
{
    [BindProperty]
    public string? Current { get; set; }

    [BindProperty]
    public string? New { get; set; }

    public string Email { get; private set; } = "";

    public async Task OnGetAsync() => await LoadAsync();

    public async Task<IActionResult> OnPostChangeAsync(CancellationToken cancellationToken)
    {
        var user = await LoadAsync();
        if (await password.ErrorAsync(user, Current, cancellationToken) is { } wrong)
            ModelState.AddModelError(nameof(Current), wrong);
        if (PasswordRule.Error(New, user.Email) is { } error)
            ModelState.AddModelError(nameof(New), error);
        if (!ModelState.IsValid)
            return Page();

        // Changes the security stamp, which ends every cookie; this browser gets a new one.
        var result = await users.ChangePasswordAsync(user, Current!, New!);
        if (!result.Succeeded)
        {
            ModelState.AddModelError(nameof(Current), "The password was changed elsewhere a moment ago. Try again.");
            return Page();
        }

        await sessions.EndAllAsync(user.Id, cancellationToken);
        await signIn.RefreshSignInAsync(user);
        mailer.Changed(user.Email!, "password");
        this.Toast(new ToastMessage("Your password was changed.") { Tone = "good", Detail = "You were signed out everywhere else." });
        return Redirect("/account/password");
    }

    public async Task<IActionResult> OnPostEverywhereAsync(CancellationToken cancellationToken)
    {
        var user = await LoadAsync();
        await users.UpdateSecurityStampAsync(user);
        await sessions.EndAllAsync(user.Id, cancellationToken);
        await signIn.SignOutAsync();
        return Redirect(Addresses.Login);
    }

    private async Task<User> LoadAsync()
    {
        var user = await users.GetUserAsync(User) ?? throw new InvalidOperationException("A signed-in person without an account.");
        Email = user.Email ?? "";
        return user;
    }
}

using EvalMarket.Core.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Account;

[AllowAnonymous]
internal sealed class ResetModel(
    UserManager<User> users, SignInManager<User> signIn, SignInGuard guard, SignInSessions sessions, AccountMailer mailer, LandingPlace landing) : PageModel
{
    /// <summary>From the link.</summary>
    [BindProperty(SupportsGet = true, Name = "user")]
    public Guid? Person { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Token { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public bool IsBroken { get; private set; }

    public async Task OnGetAsync() => IsBroken = await FindAsync() is null;

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync() is not var (user, token))
        {
            IsBroken = true;
            return Page();
        }

        if (PasswordRule.Error(Password, user.Email) is { } error)
        {
            ModelState.AddModelError(nameof(Password), error);
            return Page();
        }

        // Changes the security stamp, which uses the link up and ends every cookie.
        var result = await users.ResetPasswordAsync(user, token, Password!);
        if (!result.Succeeded)
        {
            IsBroken = true;
            return Page();
        }

        await sessions.EndAllAsync(user.Id, cancellationToken);
        await guard.ForgiveAsync(user.Id, cancellationToken);
        if (!user.EmailConfirmed)
        {
            // Whoever opened the link reads the mailbox.
            user.EmailConfirmed = true;
            await users.UpdateAsync(user);
        }

        mailer.Changed(user.Email!, "password");
        await signIn.SignInAsync(user, isPersistent: false);
        return Redirect(await landing.FindAsync(Url, null, user.Id, cancellationToken));
    }

    /// <summary>Whom the link is for, if it still works.</summary>
    private async Task<(User User, string Token)?> FindAsync()
    {
        if (Person is not { } person || AccountMailer.Decode(Token) is not { } token || await users.FindByIdAsync(person.ToString()) is not { } user)
            return null;
        var works = await users.VerifyUserTokenAsync(
            user, users.Options.Tokens.PasswordResetTokenProvider, UserManager<User>.ResetPasswordTokenPurpose, token);
        return works ? (user, token) : null;
    }
}

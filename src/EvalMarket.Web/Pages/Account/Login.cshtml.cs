using EvalMarket.Core.Accounts;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Pages.Account;

[AllowAnonymous]
internal sealed class LoginModel(SignInAttempt attempt, LandingPlace landing, UserManager<User> users, IOptions<AccountOptions> options) : PageModel
{
    /// <summary>One answer for a wrong password, an unknown address and an account that waits.</summary>
    public const string Refusal =
        "This address and password do not go together, or there were too many tries. Check both, wait five minutes, or choose a new password.";

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty]
    public bool Remember { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public bool Unconfirmed { get; private set; }

    public bool MayRegister => options.Value.AllowRegistration || InvitationAddress.IsOne(ReturnUrl);

    public string RegisterAddress => InvitationAddress.With(Addresses.Register, ReturnUrl);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) =>
        SignInCheck.PersonOf(User) is { } person ? Redirect(await landing.FindAsync(Url, ReturnUrl, person, cancellationToken)) : Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var email = (Email ?? "").Trim();
        if (email.Length == 0)
            ModelState.AddModelError(nameof(Email), "Enter your e-mail address.");
        if (string.IsNullOrEmpty(Password))
            ModelState.AddModelError(nameof(Password), "Enter your password.");
        if (!ModelState.IsValid)
            return Page();

        switch (await attempt.TryAsync(email, Password!, Remember, cancellationToken))
        {
            case SignInAnswer.Welcome:
                var user = await users.FindByEmailAsync(email);
                return Redirect(await landing.FindAsync(Url, ReturnUrl, user!.Id, cancellationToken));
            case SignInAnswer.Unconfirmed:
                Unconfirmed = true;
                return Page();
            case SignInAnswer.Throttled:
                Response.StatusCode = StatusCodes.Status429TooManyRequests;
                Response.Headers.RetryAfter = "60";
                ModelState.AddModelError("", "There were too many tries from here. Wait a minute.");
                return Page();
            default:
                ModelState.AddModelError("", Refusal);
                return Page();
        }
    }
}

using EvalMarket.Core.Accounts;
using EvalMarket.Core.Data;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Pages.Account;

[AllowAnonymous]
internal sealed class RegisterModel(
    UserManager<User> users, SignInManager<User> signIn, SignInAttempt attempt, AccountMailer mailer, LandingPlace landing, InvitationService invitations,
    EvalMarketDbContext database, IOptions<AccountOptions> options, TimeProvider time) : PageModel
{
    public const int NameLength = 100;

    [BindProperty]
    public string? DisplayName { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public bool IsClosed { get; private set; }

    public bool Sent { get; private set; }

    public string LoginAddress => InvitationAddress.With(Addresses.Login, ReturnUrl);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (SignInCheck.PersonOf(User) is { } person)
            return Redirect(await landing.FindAsync(Url, ReturnUrl, person, cancellationToken));

        IsClosed = !await MayRegisterAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!await MayRegisterAsync(cancellationToken))
        {
            IsClosed = true;
            return Page();
        }

        Email = (Email ?? "").Trim();
        DisplayName = (DisplayName ?? "").Trim();
        if (DisplayName.Length > NameLength)
            ModelState.AddModelError(nameof(DisplayName), $"Use {NameLength} characters or fewer.");
        if (EmailRule.Error(Email) is { } emailError)
            ModelState.AddModelError(nameof(Email), emailError);
        if (PasswordRule.Error(Password, Email) is { } passwordError)
            ModelState.AddModelError(nameof(Password), passwordError);
        if (!ModelState.IsValid)
            return Page();

        var user = await MakeAsync();
        if (options.Value.RequireConfirmedEmail)
        {
            // The same page for an address that has an account: only its owner learns of it, by mail.
            if (user is null)
            {
                attempt.SpendTheTimeOfAHash(Password!);
                mailer.HasAccount(Email);
            }
            else
            {
                mailer.Confirm(Email);
            }

            Sent = true;
            return Page();
        }

        if (user is null)
        {
            ModelState.AddModelError(nameof(Email), "There is an account with this address. Sign in, or choose a new password if you forgot it.");
            return Page();
        }

        mailer.Confirm(Email);
        await signIn.SignInAsync(user, isPersistent: false);
        return Redirect(await landing.FindAsync(Url, ReturnUrl, user.Id, cancellationToken));
    }

    /// <summary>Null when there is such an account already.</summary>
    private async Task<User?> MakeAsync()
    {
        if (await users.FindByEmailAsync(Email!) is not null)
            return null;

        var now = time.GetUtcNow();
        var user = new User { Id = Guid.CreateVersion7(now), UserName = Email, Email = Email, DisplayName = DisplayName!, CreatedAt = now };
        try
        {
            var result = await users.CreateAsync(user, Password!);
            return result.Succeeded ? user
                : result.Errors.All(error => error.Code is nameof(IdentityErrorDescriber.DuplicateUserName) or nameof(IdentityErrorDescriber.DuplicateEmail)) ? null
                : throw new InvalidOperationException($"An account could not be made: {string.Join(", ", result.Errors.Select(error => error.Code))}.");
        }
        catch (DbUpdateException exception) when (database.IsUniqueViolation(exception))
        {
            // Made a moment ago by a request beside this one.
            return null;
        }
    }

    private async Task<bool> MayRegisterAsync(CancellationToken cancellationToken) =>
        options.Value.AllowRegistration
        || (InvitationAddress.TokenOf(ReturnUrl) is { } token && (await invitations.ShowAsync(token, null, cancellationToken)).Succeeded(out _, out _));
}

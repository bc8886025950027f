using EvalMarket.Core.Accounts;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Account;

/// <summary>Name and address of the person who is signed in.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
internal sealed class ProfileModel(UserManager<User> users, AccountPassword password, AccountMailer mailer) : PageModel
{
    [BindProperty]
    public string? DisplayName { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    public string CurrentEmail { get; private set; } = "";

    public bool EmailConfirmed { get; private set; }

    public async Task OnGetAsync() => await LoadAsync(fillName: true);

    public async Task<IActionResult> OnPostNameAsync()
    {
        var user = await LoadAsync(fillName: false);
        var name = (DisplayName ?? "").Trim();
        if (name.Length > RegisterModel.NameLength)
        {
            ModelState.AddModelError(nameof(DisplayName), $"Use {RegisterModel.NameLength} characters or fewer.");
            return Page();
        }

        user.DisplayName = name;
        await users.UpdateAsync(user);
        this.Toast(new ToastMessage("Your name was saved.") { Tone = "good" });
        return Redirect(Addresses.Account);
    }

    public async Task<IActionResult> OnPostEmailAsync(CancellationToken cancellationToken)
    {
        var user = await LoadAsync(fillName: true);
        Email = (Email ?? "").Trim();
        if (EmailRule.Error(Email) is { } error)
            ModelState.AddModelError(nameof(Email), error);
        else if (string.Equals(Email, user.Email, StringComparison.OrdinalIgnoreCase))
            ModelState.AddModelError(nameof(Email), "This is your address already.");
        else if (await password.ErrorAsync(user, Password, cancellationToken) is { } wrong)
            ModelState.AddModelError(nameof(Password), wrong);
        if (!ModelState.IsValid)
            return Page();

        mailer.ConfirmChange(user.Id, Email);
        this.Toast(new ToastMessage($"A link is on its way to {Email}.") { Detail = "Your address changes when you open it." });
        return Redirect(Addresses.Account);
    }

    public async Task<IActionResult> OnPostConfirmAsync()
    {
        var user = await LoadAsync(fillName: true);
        mailer.Confirm(user.Email!);
        this.Toast(new ToastMessage($"A link is on its way to {user.Email}."));
        return Redirect(Addresses.Account);
    }

    private async Task<User> LoadAsync(bool fillName)
    {
        var user = await users.GetUserAsync(User) ?? throw new InvalidOperationException("A signed-in person without an account.");
        CurrentEmail = user.Email ?? "";
        EmailConfirmed = user.EmailConfirmed;
        if (fillName)
            DisplayName = user.DisplayName;
        return user;
    }
}

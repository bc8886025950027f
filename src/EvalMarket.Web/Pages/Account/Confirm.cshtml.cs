using EvalMarket.Core.Accounts;
using EvalMarket.Core.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Web.Pages.Account;

/// <summary>Where links lead that confirm an address: that of a new account, or with <see cref="Email"/> a changed one.</summary>
[AllowAnonymous]
internal sealed class ConfirmModel(UserManager<User> users, SignInManager<User> signIn, AccountMailer mailer, EvalMarketDbContext database) : PageModel
{
    private const string OutOfDate = "It was used already, or it is older than three hours.";

    [BindProperty(SupportsGet = true, Name = "user")]
    public Guid? Person { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Email { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Token { get; set; }

    public string? Problem { get; private set; }

    public bool Done { get; private set; }

    public bool IsSignedIn => SignInCheck.PersonOf(User) is not null;

    public void OnGet() => Problem = Person is null || AccountMailer.Decode(Token) is null ? "It is not complete. Copy all of it from the message." : null;

    public async Task OnPostAsync()
    {
        if (Person is not { } person || AccountMailer.Decode(Token) is not { } token || await users.FindByIdAsync(person.ToString()) is not { } user)
        {
            Problem = OutOfDate;
            return;
        }

        if (Email is null)
            Problem = user.EmailConfirmed || (await users.ConfirmEmailAsync(user, token)).Succeeded ? null : OutOfDate;
        else
            await ChangeAsync(user, Email, token);
        Done = Problem is null;
    }

    private async Task ChangeAsync(User user, string email, string token)
    {
        var before = user.Email!;
        await using var transaction = await database.Database.BeginTransactionAsync(HttpContext.RequestAborted);
        try
        {
            // The address is the user name as well: both change, or neither.
            if (!(await users.ChangeEmailAsync(user, email, token)).Succeeded || !(await users.SetUserNameAsync(user, email)).Succeeded)
            {
                Problem = OutOfDate;
                return;
            }
        }
        catch (DbUpdateException exception) when (database.IsUniqueViolation(exception))
        {
            Problem = OutOfDate;
            return;
        }

        await transaction.CommitAsync(HttpContext.RequestAborted);
        mailer.Changed(before, "e-mail address");
        if (SignInCheck.PersonOf(User) == user.Id)
            await signIn.RefreshSignInAsync(user);
    }
}

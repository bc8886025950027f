using EvalMarket.Core.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Account;

[AllowAnonymous]
internal sealed class ForgotModel(AccountMailer mailer) : PageModel
{
    [BindProperty]
    public string? Email { get; set; }

    public bool Sent { get; private set; }

    public IActionResult OnPost()
    {
        Email = (Email ?? "").Trim();
        if (EmailRule.Error(Email) is { } error)
        {
            ModelState.AddModelError(nameof(Email), error);
            return Page();
        }

        // Whether there is such an account is only looked at after the answer.
        mailer.Reset(Email);
        Sent = true;
        return Page();
    }
}

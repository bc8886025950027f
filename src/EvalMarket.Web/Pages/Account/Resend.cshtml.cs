using EvalMarket.Core.Accounts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Account;

[AllowAnonymous]
internal sealed class ResendModel(AccountMailer mailer) : PageModel
{
    [BindProperty]
    public string? Email { get; set; }

    public bool Sent { get; private set; }

    public void OnGet() => Email = User.Identity?.Name?.Contains('@', StringComparison.Ordinal) == true ? User.Identity.Name : null;

    public IActionResult OnPost()
    {
        Email = (Email ?? "").Trim();
        if (EmailRule.Error(Email) is { } error)
        {
            ModelState.AddModelError(nameof(Email), error);
            return Page();
        }

        mailer.Confirm(Email);
        Sent = true;
        return Page();
    }
}

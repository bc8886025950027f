using EvalMarket.Core.Accounts;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Account;

[AllowAnonymous]
internal sealed class LogoutModel(SignInManager<User> signIn) : PageModel
{
    public IActionResult OnGet() => SignInCheck.PersonOf(User) is null ? Redirect(Addresses.Home) : Page();

    public async Task<IActionResult> OnPostAsync()
    {
        await signIn.SignOutAsync();
        Response.Cookies.Delete(LandingPlace.Cookie);
        return Redirect(Addresses.Home);
    }
}

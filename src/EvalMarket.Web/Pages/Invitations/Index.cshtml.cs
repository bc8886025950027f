using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Invitations;

/// <summary>What a link offers, and taking it. One and the same page for links that are unknown, used or out of date.</summary>
[AllowAnonymous]
internal sealed class InvitationModel(InvitationService invitations) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string Token { get; set; } = "";

    public OfferedInvitation? Offer { get; private set; }

    /// <summary>Who is signed in; null for a visitor.</summary>
    public string? Email { get; private set; }

    public string LoginAddress => InvitationAddress.With(Addresses.Login, $"/invitations/{Token}");

    public string RegisterAddress => InvitationAddress.With(Addresses.Register, $"/invitations/{Token}");

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var person = SignInCheck.PersonOf(User);
        Email = person is null ? null : User.Identity?.Name;
        if ((await invitations.ShowAsync(Token, person, cancellationToken)).Succeeded(out var offer, out _))
            Offer = offer;
        else
            Response.StatusCode = StatusCodes.Status404NotFound;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (SignInCheck.PersonOf(User) is not { } person)
            return Redirect(LoginAddress);

        var outcome = await invitations.AcceptAsync(Token, person, User.Identity?.Name ?? "", cancellationToken);
        if (!outcome.Succeeded(out var workspace, out _))
            return Redirect($"/invitations/{Token}");

        this.Toast(new ToastMessage("Welcome. You are a member now.") { Tone = "good" });
        return Redirect(Addresses.Workspace(workspace));
    }
}

using System.Net.Mime;
using EvalMarket.Core.Accounts;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Account;

/// <summary>Takes a person's data out, or the person.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
internal sealed partial class DataModel(
    UserManager<User> users, SignInManager<User> signIn, PersonalDataService personalData, AccountDeletion deletion, AccountPassword password,
    ILogger<DataModel> logger) : PageModel
{
    [BindProperty]
    public string? Password { get; set; }

    public IReadOnlyList<WorkspaceSummary> SoleOwned { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken) => await LoadAsync(cancellationToken);

    public async Task<IActionResult> OnPostDownloadAsync(CancellationToken cancellationToken)
    {
        var user = await LoadAsync(cancellationToken);
        var data = await personalData.CollectAsync(user.Id, cancellationToken);
        return data is null ? NotFound() : File(PersonalDataService.Serialize(data), MediaTypeNames.Application.Json, "evalmarket-personal-data.json");
    }

    public async Task<IActionResult> OnPostDeleteAsync(CancellationToken cancellationToken)
    {
        var user = await LoadAsync(cancellationToken);
        if (await password.ErrorAsync(user, Password, cancellationToken) is { } wrong)
        {
            ModelState.AddModelError(nameof(Password), wrong);
            return Page();
        }

        if (await deletion.DeleteAsync(user.Id, user.Email!, cancellationToken) is { } failure)
        {
            SoleOwned = await deletion.SoleOwnedAsync(user.Id, cancellationToken);
            ModelState.AddModelError("", failure.Message);
            return Page();
        }

        Log.Deleted(logger, user.Id);
        await signIn.SignOutAsync();
        Response.Cookies.Delete(LandingPlace.Cookie);
        this.Toast(new ToastMessage("Your account was deleted."));
        return Redirect(Addresses.Home);
    }

    private async Task<User> LoadAsync(CancellationToken cancellationToken)
    {
        var user = await users.GetUserAsync(User) ?? throw new InvalidOperationException("A signed-in person without an account.");
        SoleOwned = await deletion.SoleOwnedAsync(user.Id, cancellationToken);
        return user;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{User} deleted their account")]
        public static partial void Deleted(ILogger logger, Guid user);
    }
}

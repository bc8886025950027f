using System.Buffers.Text;
using System.Text;
using EvalMarket.Core.Accounts;
using EvalMarket.Core.Mail;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Identity;

namespace EvalMarket.Web.Pages.Account;

/// <summary>Puts messages about accounts into the queue. Everything that depends on whether there is an account happens there, after the answer.</summary>
internal sealed class AccountMailer(MailQueue queue, AccountLinks links)
{
    /// <summary>A link to choose a new password, if there is such an account.</summary>
    public void Reset(string email)
    {
        var site = links.Site;
        queue.Add(async (services, _) =>
        {
            var users = services.GetRequiredService<UserManager<User>>();
            return await users.FindByEmailAsync(email) is { } user
                ? AccountMails.Reset(user.Email!, $"{site}/account/reset?user={user.Id}&token={Encode(await users.GeneratePasswordResetTokenAsync(user))}")
                : null;
        });
    }

    /// <summary>A link to confirm the address, if there is such an account and it is not confirmed yet.</summary>
    public void Confirm(string email)
    {
        var site = links.Site;
        queue.Add(async (services, _) =>
        {
            var users = services.GetRequiredService<UserManager<User>>();
            return await users.FindByEmailAsync(email) is { EmailConfirmed: false } user
                ? AccountMails.Confirm(user.Email!, $"{site}/account/confirm?user={user.Id}&token={Encode(await users.GenerateEmailConfirmationTokenAsync(user))}")
                : null;
        });
    }

    /// <summary>Tells the owner of an address that it has an account already.</summary>
    public void HasAccount(string email)
    {
        var site = links.Site;
        queue.Add((_, _) => Task.FromResult<OutgoingMail?>(AccountMails.HasAccount(email, site + Addresses.Login)));
    }

    /// <summary>A link, to the new address, that makes it the person's.</summary>
    public void ConfirmChange(Guid person, string email)
    {
        var site = links.Site;
        queue.Add(async (services, _) =>
        {
            var users = services.GetRequiredService<UserManager<User>>();
            if (await users.FindByIdAsync(person.ToString()) is not { } user)
                return null;
            if (await users.FindByEmailAsync(email) is not null)
                return AccountMails.AddressTaken(email);
            var token = Encode(await users.GenerateChangeEmailTokenAsync(user, email));
            return AccountMails.ConfirmChange(email, $"{site}/account/confirm?user={user.Id}&email={Uri.EscapeDataString(email)}&token={token}");
        });
    }

    /// <summary>Tells the person that something about the account was changed.</summary>
    public void Changed(string email, string what) => queue.Add((_, _) => Task.FromResult<OutgoingMail?>(AccountMails.Changed(email, what)));

    /// <summary>The token as <see cref="Encode"/> wrote it; null when the text is something else.</summary>
    public static string? Decode(string? token)
    {
        if (string.IsNullOrEmpty(token) || !Base64Url.IsValid(token))
            return null;
        return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
    }

    private static string Encode(string token) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(token));
}

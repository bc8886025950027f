using System.Net.Mail;

namespace EvalMarket.Core.Accounts;

/// <summary>The rule for e-mail addresses: one that a mail server would take, and nothing around it.</summary>
public static class EmailRule
{
    public const int MaxLength = 254;

    /// <summary>What is wrong with it; null when nothing is.</summary>
    /// <param name="email">Without space around it.</param>
    public static string? Error(string? email) =>
        string.IsNullOrEmpty(email) ? "Enter your e-mail address."
        : email.Length > MaxLength ? "This address is too long to be one."
        : email.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) || !MailAddress.TryCreate(email, out var address) || address.Address != email
            ? "This does not look like an e-mail address. It should read like name@example.com."
            : null;
}

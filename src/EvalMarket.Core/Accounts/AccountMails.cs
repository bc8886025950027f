using EvalMarket.Core.Mail;

namespace EvalMarket.Core.Accounts;

/// <summary>The words of the messages about accounts. Short, plain, one link each.</summary>
public static class AccountMails
{
    /// <summary>How long links in messages work.</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromHours(3);

    public static OutgoingMail Confirm(string to, string link) => new(to, "Confirm your e-mail address", $"""
        Hello,

        please confirm that this address belongs to your EvalMarket account:

        {link}

        The link works for three hours. If you did not make an account, you need not do anything.
        """);

    public static OutgoingMail HasAccount(string to, string signIn) => new(to, "You already have an account", $"""
        Hello,

        somebody, probably you, tried to make an EvalMarket account with this address. There is one already. Sign in here:

        {signIn}

        If you do not remember the password, the sign-in page lets you choose a new one. If it was not you, you need not do anything.
        """);

    public static OutgoingMail Reset(string to, string link) => new(to, "Choose a new password", $"""
        Hello,

        somebody, probably you, asked for a new password for your EvalMarket account. Choose one here:

        {link}

        The link works once, for three hours. If it was not you, you need not do anything: your password stays as it is.
        """);

    public static OutgoingMail ConfirmChange(string to, string link) => new(to, "Confirm your new e-mail address", $"""
        Hello,

        please confirm that you want to use this address for your EvalMarket account:

        {link}

        The link works for three hours. If you did not ask for this, you need not do anything.
        """);

    public static OutgoingMail AddressTaken(string to) => new(to, "This address is in use already", """
        Hello,

        somebody, probably you, asked to use this address for an EvalMarket account. Another account uses it already, so nothing
        was changed. To use it, first change the address of that other account, or delete it.
        """);

    public static OutgoingMail Changed(string to, string what) => new(to, $"Your {what} was changed", $"""
        Hello,

        the {what} of your EvalMarket account was changed a moment ago. If that was you, all is well.

        If it was not you, choose a new password at once ("Forgot your password?" on the sign-in page) and tell whoever runs this server.
        """);
}

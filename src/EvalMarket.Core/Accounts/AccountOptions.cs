using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Accounts;

/// <summary>The settings under <c>Accounts</c>.</summary>
public sealed class AccountOptions
{
    public const string Section = "Accounts";

    /// <summary>Whether anybody may make an account. Who has an invitation still may, when it is off.</summary>
    public bool AllowRegistration { get; set; } = true;

    /// <summary>Whether the address has to be confirmed before the first sign-in. Off, so that nobody is locked out where no mail server is set.</summary>
    public bool RequireConfirmedEmail { get; set; }

    /// <summary>Wrong passwords in a row after which an account waits.</summary>
    public int LockoutAfter { get; set; } = 5;

    public TimeSpan LockoutFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A remembered sign-in ends after this time without use.</summary>
    public TimeSpan RememberFor { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Every sign-in ends after this time, used or not.</summary>
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(60);
}

/// <summary>A wrong account setting stops the app at start, by its name.</summary>
public sealed class AccountOptionsValidation : IValidateOptions<AccountOptions>
{
    public ValidateOptionsResult Validate(string? name, AccountOptions options)
    {
        List<string> errors = [];
        if (options.LockoutAfter is < 2 or > 100)
        {
            errors.Add("Accounts:LockoutAfter has to lie between 2 and 100.");
        }

        if (options.LockoutFor < TimeSpan.FromSeconds(1))
        {
            errors.Add("Accounts:LockoutFor has to be a second or more, as in 00:05:00.");
        }

        if (options.RememberFor < TimeSpan.FromMinutes(1))
        {
            errors.Add("Accounts:RememberFor has to be a minute or more, as in 14.00:00:00.");
        }

        if (options.SessionLifetime < options.RememberFor)
        {
            errors.Add("Accounts:SessionLifetime cannot be shorter than Accounts:RememberFor.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

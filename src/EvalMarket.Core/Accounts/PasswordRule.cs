namespace EvalMarket.Core.Accounts;

/// <summary>
/// The rule for passwords that people choose: long enough, and not what everybody tries first. No rules about digits or signs:
/// they make passwords worse (NIST SP 800-63B).
/// </summary>
public static class PasswordRule
{
    public const int MinLength = 10;

    public const int MaxLength = 256;

    /// <summary>What is wrong with it and what would be right; null when nothing is.</summary>
    public static string? Error(string? password, string? email)
    {
        if (password is null || password.Length < MinLength)
            return "Use 10 characters or more. A few unrelated words make a good password.";
        if (password.Length > MaxLength)
            return "Use 256 characters or fewer.";
        if (CommonPasswords.Contains(password))
            return "This is one of the passwords that are guessed first. Choose another: a few unrelated words make a good one.";
        return string.Equals(password, email, StringComparison.OrdinalIgnoreCase)
            ? "Your e-mail address is no secret. Choose another password."
            : null;
    }
}

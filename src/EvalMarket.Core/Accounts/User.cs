using Microsoft.AspNetCore.Identity;

namespace EvalMarket.Core.Accounts;

/// <summary>A person with an account. Roles hang on memberships, not on the person.</summary>
public sealed class User : IdentityUser<Guid>
{
    [PersonalData]
    public string DisplayName { get; set; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What pages call the person.</summary>
    public string Shown => DisplayName.Length > 0 ? DisplayName : Email ?? "";
}

namespace EvalMarket.Core.Accounts;

/// <summary>A key that protects cookies and tokens. Kept with the data, so that a restart or a second instance signs nobody out.</summary>
public sealed class DataProtectionKey
{
    public int Id { get; init; }

    public required string FriendlyName { get; init; }

    public required string Xml { get; init; }
}

namespace EvalMarket.Web.Pages.Account;

/// <summary>Addresses that lead back to an invitation after signing in or making an account.</summary>
internal static class InvitationAddress
{
    private const string Prefix = "/invitations/";

    /// <summary>Whether the address is one of an invitation; says nothing about whether that still works.</summary>
    public static bool IsOne(string? returnUrl) => TokenOf(returnUrl) is not null;

    /// <summary>The token in the address; null for another address.</summary>
    public static string? TokenOf(string? returnUrl) =>
        returnUrl is not null && returnUrl.StartsWith(Prefix, StringComparison.Ordinal) && returnUrl.Length > Prefix.Length ? returnUrl[Prefix.Length..] : null;

    /// <summary>The page, with the way back in its query.</summary>
    public static string With(string page, string? returnUrl) =>
        string.IsNullOrEmpty(returnUrl) ? page : $"{page}?returnUrl={Uri.EscapeDataString(returnUrl)}";
}

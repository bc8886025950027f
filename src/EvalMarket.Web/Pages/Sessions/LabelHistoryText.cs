namespace EvalMarket.Web.Pages.Sessions;

/// <summary>A text before and after a change.</summary>
internal sealed record LabelHistoryText(string? Before, string? After)
{
    /// <summary>What is longer is folded.</summary>
    public const int Short = 240;

    public bool IsLong => Before?.Length > Short || After?.Length > Short;
}

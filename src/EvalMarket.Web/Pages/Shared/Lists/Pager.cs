namespace EvalMarket.Web.Pages.Shared.Lists;

/// <summary>The pages before and after the one that is shown.</summary>
/// <param name="Words">"50 of 1,284".</param>
/// <param name="Back">Null at the beginning.</param>
/// <param name="On">Null at the end.</param>
internal sealed record Pager(string Words, string? Back, string? On)
{
    public string BackWord { get; init; } = "Previous";

    public string OnWord { get; init; } = "Next";
}

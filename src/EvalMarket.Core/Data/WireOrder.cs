namespace EvalMarket.Core.Data;

/// <summary>Orders by their wire names: <c>created</c> goes up, <c>-created</c> down.</summary>
internal static class WireOrder
{
    public static IReadOnlyList<string> Names<TSort>()
        where TSort : struct, Enum => [.. Enum.GetValues<TSort>().SelectMany(sort => new[] { Of(sort, isDescending: true), Of(sort, isDescending: false) })];

    /// <summary>Null for what is no order.</summary>
    public static (TSort Sort, bool IsDescending)? Parse<TSort>(string? text)
        where TSort : struct, Enum
    {
        foreach (var sort in Enum.GetValues<TSort>())
        {
            var isDescending = text?.StartsWith('-') == true;
            if (Of(sort, isDescending) == text)
            {
                return (sort, isDescending);
            }
        }

        return null;
    }

    public static string Of<TSort>(TSort sort, bool isDescending)
        where TSort : struct, Enum => (isDescending ? "-" : "") + System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(sort.ToString());
}

using EvalMarket.Core.Datasets;

namespace EvalMarket.Web.Pages.Datasets.Explorer;

/// <summary>How an item came in, in words.</summary>
internal static class OriginWords
{
    public static string Of(ItemOrigin origin) => origin switch
    {
        ItemOrigin.Manual => "Typed in",
        ItemOrigin.Csv => "CSV",
        ItemOrigin.Api => "API",
        ItemOrigin.Clone => "Session",
        ItemOrigin.Package => "Package",
        _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "Unknown origin."),
    };

    /// <summary>Why an item leads to no conversation.</summary>
    public static string WithoutLink(ItemOrigin origin) => origin == ItemOrigin.Clone
        ? "Its content was changed after it was cloned"
        : "It did not come from a session";
}

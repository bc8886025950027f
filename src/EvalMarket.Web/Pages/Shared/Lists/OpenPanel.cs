using EvalMarket.Formats.Ids;
using Microsoft.AspNetCore.WebUtilities;

namespace EvalMarket.Web.Pages.Shared.Lists;

/// <summary>What stands beside the list of the page that sends a request.</summary>
internal static class OpenPanel
{
    /// <summary>The parameter of an address that says it.</summary>
    public const string Parameter = "peek";

    /// <summary>As the address of the page says; null for nothing, and without scripts.</summary>
    public static T? Of<T>(HttpRequest request)
        where T : struct, ITypeId<T> =>
        Uri.TryCreate(request.Headers["HX-Current-URL"], UriKind.Absolute, out var page)
        && TypeId.TryParse<T>(QueryHelpers.ParseQuery(page.Query).GetValueOrDefault(Parameter).ToString(), out var id) ? id : null;
}

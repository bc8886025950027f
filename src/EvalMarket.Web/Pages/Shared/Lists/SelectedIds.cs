using EvalMarket.Core;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Web.Pages.Shared.Lists;

/// <summary>What the form around a list says of the rows that are ticked.</summary>
internal static class SelectedIds
{
    public const string Name = "ids";

    private const string AllMatching = "all_matching";

    /// <summary>All that the filter matches, on whatever page.</summary>
    public static bool IsAllMatching(IFormCollection form) => form[AllMatching].ToString() == "true";

    /// <summary>Null for none, ids that are none, or too many of them.</summary>
    public static IReadOnlyList<T>? Read<T>(IFormCollection form, Limits limits)
        where T : struct, ITypeId<T>
    {
        // Where they are many, they are sent as one value.
        var texts = form[Name].OfType<string>().SelectMany(value => value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var ids = new List<T>(texts.Count);
        foreach (var text in texts)
        {
            if (!TypeId.TryParse<T>(text, out var id))
            {
                return null;
            }

            ids.Add(id);
        }

        return ids.Count == 0 || ids.Count > limits.BulkIds ? null : ids;
    }
}

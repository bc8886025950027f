using System.Globalization;
using EvalMarket.Web.Pages.Datasets.Explorer;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Datasets.Versions;

/// <summary>What is said of a version after it was made.</summary>
internal static class VersionWords
{
    /// <summary>Takes the change back that made a version, from the list.</summary>
    public static ToastUndo Undo(DatasetAddress address, int version) =>
        new((address with { Version = null, Message = null }).Handler("undo")) { Fields = new Dictionary<string, string> { ["version"] = version.ToString(CultureInfo.InvariantCulture) } };
}

using EvalMarket.Formats;
using EvalMarket.Formats.Bundles;

namespace EvalMarket.Web.Pages.Bundles;

/// <summary>Errors or warnings of an upload, each with a link to its place.</summary>
/// <param name="Href">The upload's address.</param>
/// <param name="Name">What they are: "Errors".</param>
internal sealed record BundleProblemTable(string Href, IReadOnlyList<ContentError> Problems, string Name)
{
    /// <summary>Rows of the page; the report says how many there are.</summary>
    public const int Shown = 300;

    /// <summary>Where in the built-in viewer it is; null for files that are not text.</summary>
    public string? PlaceOf(ContentError problem) => problem is { Line: { } line, File: BundleTasks.FileName or BundleAnswers.FileName }
        ? $"{Href}/file?part={(problem.File == BundleTasks.FileName ? "tasks" : "answers")}&line={line}&column={problem.Column ?? 1}#line-{line}"
        : null;

    /// <summary>Pointers into archives are names of files.</summary>
    public static string PathOf(ContentError problem) => problem.File == ReferenceArchive.FileName
        ? (problem.Path ?? "").TrimStart('/').Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)
        : problem.Path ?? "";
}

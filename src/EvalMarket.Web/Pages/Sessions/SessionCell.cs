using EvalMarket.Core.Sessions;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>A session in a column of the table.</summary>
internal sealed record SessionCell(SessionRow Row, SessionTableColumn Column)
{
    /// <summary>Of columns that are one line of text.</summary>
    public string Text => Column.Key switch
    {
        "author" => Row.Author,
        "project" => Row.Project,
        "source" => SourceNames.Of(Row.Source),
        "model" => Row.Model,
        "reviewer" => Row.ReviewedBy,
        _ => null,
    } is { Length: > 0 } text ? text : Display.None;
}

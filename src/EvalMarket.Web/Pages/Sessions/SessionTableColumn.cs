using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Shared.Lists;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>A column of the table of sessions.</summary>
internal sealed record SessionTableColumn(string Key, string Label, string Style, double Width, int Rank, SessionSort? Sort = null) : TableColumn(Key, Label, Style, Width, Rank)
{
    private static readonly IReadOnlyList<SessionTableColumn> All =
    [
        new("label", "Label", "c-status", 8.25, 1),
        new("tags", "Tags", "c-tags", 11, 13),
        new("author", "Author", "c-mid", TextWidth, 11),
        new("project", "Project", "c-mid", TextWidth, 10),
        new("source", "Source", "c-mid", TextWidth, 12),
        new("model", "Model", "c-mid", TextWidth, 14),
        new("turns", "Answered", Number, 5.5, 3, SessionSort.Turns),
        new("messages", "Messages", Number, 5.5, 9),
        new("tokens", "Tokens", Number, NumberWidth, 6, SessionSort.Tokens),
        new("cost", "Cost", Number, NumberWidth, 7, SessionSort.Cost),
        new("duration", "Duration", Number, 5.5, 8),
        new("created", "Created", "c-time", TimeWidth, 2, SessionSort.Created),
        new("updated", "Updated", "c-time", TimeWidth, 4, SessionSort.Updated),
        new("reviewed", "Reviewed", "c-time", TimeWidth, 5, SessionSort.Reviewed),
        new("reviewer", "Reviewed by", "c-mid", TextWidth, 17),
        new("notes", "Notes", "c-flag", 5, 15),
        new("expected", "Expected", "c-flag", 5, 16),
    ];

    private static readonly TableColumns<SessionTableColumn> Evals = new("columns-evals", All, "label.tags.turns.tokens.cost.expected.reviewed.created");

    private static readonly TableColumns<SessionTableColumn> Sessions = new("columns-sessions", All, "label.tags.model.turns.tokens.cost.created");

    /// <summary>Those of a list.</summary>
    public static TableColumns<SessionTableColumn> Of(bool isEvals) => isEvals ? Evals : Sessions;

    public static string Write(IEnumerable<SessionTableColumn> columns) => TableColumns<SessionTableColumn>.Write(columns);

    /// <summary>What of a session stands below its title because it has no column.</summary>
    public static IEnumerable<string> Beside(SessionRow row, IReadOnlyList<SessionTableColumn> columns)
    {
        IEnumerable<(string Column, string? Text)> parts =
            [("source", SourceNames.Of(row.Source)), ("project", row.Project), ("author", row.Author), ("messages", Display.Count(row.MessageCount, "message"))];
        return parts.Where(part => !string.IsNullOrEmpty(part.Text) && columns.All(column => column.Key != part.Column)).Select(part => part.Text!);
    }
}

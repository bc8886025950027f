using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>A column that the table of sessions can have beside the title.</summary>
/// <param name="Key">Its name in addresses and cookies.</param>
/// <param name="Style">The class that says its width.</param>
/// <param name="Width">That width in rem.</param>
/// <param name="Rank">The higher, the sooner it leaves when the table gets narrow.</param>
internal sealed record SessionTableColumn(string Key, string Label, string Style, double Width, int Rank, SessionSort? Sort = null)
{
    private const string Number = "c-num";
    private const double NumberWidth = 4.75;
    private const double TimeWidth = 6.5;
    private const double TextWidth = 9.5;

    /// <summary>The checkbox, and what the title needs at least.</summary>
    private const double TitleWidth = 14.25;

    /// <summary>What the title needs once there is room for more than the most important columns.</summary>
    private const double MoreForTitle = 6;

    /// <summary>Narrower than this a row is two lines, without columns (table.css).</summary>
    private const double FoldedWidth = 34;

    private const int Step = 4;

    private const int Widest = 142;

    private const char Separator = '.';

    /// <summary>All, in the order in which they are offered.</summary>
    public static IReadOnlyList<SessionTableColumn> All { get; } =
    [
        new("label", "Label", "c-status", 8.25, 1),
        new("tags", "Tags", "c-tags", 11, 13),
        new("author", "Author", "c-mid", TextWidth, 11),
        new("project", "Project", "c-mid", TextWidth, 10),
        new("source", "Source", "c-mid", TextWidth, 12),
        new("model", "Model", "c-mid", TextWidth, 14),
        new("turns", "Turns", Number, NumberWidth, 3, SessionSort.Turns),
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

    /// <summary>What people see who have chosen nothing.</summary>
    public static IReadOnlyList<SessionTableColumn> Default(bool isEvals) =>
        Read(isEvals ? "label.tags.turns.tokens.cost.expected.reviewed.created" : "label.tags.model.turns.tokens.cost.created")!;

    /// <summary>Columns by their keys, in that order; what is none is passed over. Null when nothing is said.</summary>
    public static IReadOnlyList<SessionTableColumn>? Read(string? keys) =>
        keys is null ? null : [.. keys.Split(Separator).Distinct(StringComparer.Ordinal).Select(key => All.FirstOrDefault(column => column.Key == key)).OfType<SessionTableColumn>()];

    public static string Write(IEnumerable<SessionTableColumn> columns) => string.Join(Separator, columns.Select(column => column.Key));

    /// <summary>What of a session stands below its title because it has no column.</summary>
    public static IEnumerable<string> Beside(SessionRow row, IReadOnlyList<SessionTableColumn> columns)
    {
        IEnumerable<(string Column, string? Text)> parts =
            [("source", SourceNames.Of(row.Source)), ("project", row.Project), ("author", row.Author), ("messages", Display.Count(row.MessageCount, "message"))];
        return parts.Where(part => !string.IsNullOrEmpty(part.Text) && columns.All(column => column.Key != part.Column)).Select(part => part.Text!);
    }

    /// <summary>How wide the table has to be for each of the columns, as a class of table.css; null for always.</summary>
    /// <param name="sort">What the list is ordered by stays longest.</param>
    public static IReadOnlyDictionary<SessionTableColumn, string?> Widths(IReadOnlyList<SessionTableColumn> columns, SessionSort sort)
    {
        var classes = new Dictionary<SessionTableColumn, string?>();
        var width = TitleWidth;
        foreach (var column in columns.OrderBy(column => column.Sort == sort ? 0 : column.Rank))
        {
            width += column.Width;
            classes[column] = width <= FoldedWidth ? null : $"from-{Math.Min(Widest, FoldedWidth + (Step * Math.Ceiling((width + MoreForTitle - FoldedWidth) / Step)))}";
        }

        return classes;
    }
}

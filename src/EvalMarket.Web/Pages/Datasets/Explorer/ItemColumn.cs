using EvalMarket.Web.Pages.Shared.Lists;

namespace EvalMarket.Web.Pages.Datasets.Explorer;

/// <summary>A column of the table of items.</summary>
internal sealed record ItemColumn(string Key, string Label, string Style, double Width, int Rank) : TableColumn(Key, Label, Style, Width, Rank)
{
    public const string Tags = "tags";
    public const string Origin = "source";
    public const string Link = "link";
    public const string Section = "section";
    public const string Id = "id";

    public static TableColumns<ItemColumn> Columns { get; } = new(
        "columns-items",
        [
            new(Tags, "Tags", "c-tags", 11, 1),
            new(Origin, "Source", "c-mid", TextWidth, 2),
            new(Section, "Section", "c-mid", TextWidth, 4),
            new(Link, "Linked", "c-flag", 5, 3),
            new(Id, "Item id", "c-mid", TextWidth, 5),
        ],
        "tags.source");

    public static string Write(IEnumerable<ItemColumn> columns) => TableColumns<ItemColumn>.Write(columns);
}

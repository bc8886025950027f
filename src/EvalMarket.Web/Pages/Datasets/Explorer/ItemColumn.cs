using EvalMarket.Core.Datasets.Items;
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
    public const string Created = "created";
    public const string OutputLength = "output_length";

    /// <summary>What lists are ordered by it; null when they are not.</summary>
    public ItemSort? Sort { get; init; }

    public static TableColumns<ItemColumn> Columns { get; } = new(
        "columns-items",
        [
            new(Tags, "Tags", "c-tags", 11, 1),
            new(Origin, "Source", "c-mid", TextWidth, 2),
            new(Section, "Section", "c-mid", TextWidth, 4),
            new(Link, "Linked", "c-flag", 5, 3),
            new(Created, "Created", "c-time", TimeWidth, 5) { Sort = ItemSort.Created },
            new(OutputLength, "Characters", Number, NumberWidth + 1, 6) { Sort = ItemSort.OutputLength },
            new(Id, "Item id", "c-mid", TextWidth, 7),
        ],
        "tags.source");

    public static string Write(IEnumerable<ItemColumn> columns) => TableColumns<ItemColumn>.Write(columns);
}

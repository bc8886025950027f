namespace EvalMarket.Web.Pages.Shared.Lists;

/// <summary>The columns of a list to choose from.</summary>
/// <param name="Action">Where the choice is sent; it answers with the list.</param>
internal sealed record ColumnForm(string Action, IReadOnlyList<TableColumn> Chosen, IReadOnlyList<TableColumn> All)
{
    /// <summary>A column that is ticked.</summary>
    public const string Shown = "show";

    /// <summary>A button that moves a column: <c>tags:up</c>, <c>tags:down</c>.</summary>
    public const string Move = "move";

    /// <summary>The button that goes back to the list's own columns.</summary>
    public const string Reset = "reset";
}

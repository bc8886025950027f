using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace EvalMarket.Web.Infrastructure.Markdown;

/// <summary>A table that is wider than its text scrolls by itself, also by keys, and says what it holds. A group, no landmark: a conversation may have a hundred.</summary>
internal sealed class ScrollingTableRenderer : HtmlTableRenderer
{
    private const int LongestLabel = 100;

    protected override void Write(HtmlRenderer renderer, Table table)
    {
        ArgumentNullException.ThrowIfNull(renderer);
        ArgumentNullException.ThrowIfNull(table);
        renderer.EnsureLine();
        renderer.Write("<div class=\"prose-table\" role=\"group\" tabindex=\"0\" aria-label=\"").WriteEscape(LabelOf(table)).Write("\">");
        base.Write(renderer, table);
        renderer.WriteLine("</div>");
    }

    /// <summary>The words of its head.</summary>
    private static string LabelOf(Table table)
    {
        var cells = (table.FirstOrDefault() as TableRow)?.OfType<TableCell>().Select(TextOf).Where(text => text.Length > 0) ?? [];
        var label = string.Join(", ", cells);
        return label.Length switch
        {
            0 => "Table",
            > LongestLabel => $"Table: {label[..(char.IsHighSurrogate(label[LongestLabel - 1]) ? LongestLabel - 1 : LongestLabel)]}…",
            _ => $"Table: {label}",
        };
    }

    private static string TextOf(TableCell cell) => string.Concat(cell.Descendants().Select(node => node switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        _ => "",
    })).Trim();
}

namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>
/// Spreadsheets run cells that begin with <c>=</c>, <c>+</c>, <c>-</c>, <c>@</c>, a tab or a carriage return. An export puts an apostrophe before them,
/// and before those that begin with apostrophes and then one of these; an import takes one off.
/// </summary>
internal static class CsvFormulas
{
    /// <summary>True for <c>^'*[=+\-@\t\r]</c>.</summary>
    public static bool NeedsGuard(ReadOnlySpan<char> cell)
    {
        var first = cell.IndexOfAnyExcept('\'');
        return first >= 0 && cell[first] is ('=' or '+' or '-' or '@' or '\t' or '\r');
    }

    public static string Undo(string cell) => cell.StartsWith('\'') && NeedsGuard(cell) ? cell[1..] : cell;
}

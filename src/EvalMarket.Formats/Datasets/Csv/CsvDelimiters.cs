namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>What parts the cells of a file: comma, semicolon or tab are found; a bar can be chosen.</summary>
public static class CsvDelimiters
{
    private const int Rows = 50;

    /// <summary>Those that can be chosen, by their wire names.</summary>
    public static IReadOnlyList<string> WireNames { get; } = ["comma", "semicolon", "tab", "bar"];

    private static readonly char[] Candidates = [',', ';', '\t'];

    /// <summary>Null for what is none.</summary>
    public static char? Parse(string? wire) => wire switch { "comma" => ',', "semicolon" => ';', "tab" => '\t', "bar" => '|', _ => null };

    public static string ToWire(char delimiter) => delimiter switch { ',' => "comma", ';' => "semicolon", '\t' => "tab", _ => "bar" };

    /// <summary>The delimiter with which most rows have as many cells as the first one, and that more than one.</summary>
    internal static char Detect(ReadOnlySpan<char> sample)
    {
        var best = (Delimiter: ',', Share: 0d, Columns: 1);
        foreach (var candidate in Candidates)
        {
            var counts = CountCells(sample, candidate);
            if (counts.Count == 0 || counts[0] < 2)
            {
                continue;
            }

            var share = counts.Count(count => count == counts[0]) / (double)counts.Count;
            if (share > best.Share + 0.01 || (share > best.Share - 0.01 && counts[0] > best.Columns))
            {
                best = (candidate, share, counts[0]);
            }
        }

        return best.Delimiter;
    }

    /// <summary>Cells of the first rows; a row that the sample cuts off is left out, unless it is the only one.</summary>
    private static List<int> CountCells(ReadOnlySpan<char> sample, char delimiter)
    {
        List<int> counts = [];
        var cells = 1;
        var isCellStart = true;
        var isRowEmpty = true;
        for (var i = 0; i < sample.Length && counts.Count < Rows; i++)
        {
            var character = sample[i];
            if (character == '"' && isCellStart)
            {
                i = EndOfQuotes(sample, i);
                (isCellStart, isRowEmpty) = (false, false);
            }
            else if (character == delimiter)
            {
                cells++;
                (isCellStart, isRowEmpty) = (true, false);
            }
            else if (character is '\r' or '\n')
            {
                if (!isRowEmpty)
                {
                    counts.Add(cells);
                }

                (cells, isCellStart, isRowEmpty) = (1, true, true);
            }
            else
            {
                (isCellStart, isRowEmpty) = (false, false);
            }
        }

        if (counts.Count == 0)
        {
            counts.Add(cells);
        }

        return counts;
    }

    /// <summary>Index of the closing quote, or of the sample's end.</summary>
    private static int EndOfQuotes(ReadOnlySpan<char> sample, int open)
    {
        for (var i = open + 1; i < sample.Length; i++)
        {
            if (sample[i] == '"')
            {
                if (i + 1 == sample.Length || sample[i + 1] != '"')
                {
                    return i;
                }

                i++;
            }
        }

        return sample.Length;
    }
}

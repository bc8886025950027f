using System.Globalization;
using System.Text;
using EvalMarket.Formats;

namespace EvalMarket.Web.Infrastructure.Problems;

/// <summary>Content errors as CSV (RFC 4180), for who mends a file.</summary>
internal static class ErrorTable
{
    public const string Head = "file,line,path,message\r\n";

    public static string Write(IEnumerable<ContentError> errors)
    {
        var csv = new StringBuilder(Head);
        foreach (var error in errors)
        {
            csv.Append(Row(error));
        }

        return csv.ToString();
    }

    public static string Row(ContentError error) => $"{Cell(error.File)},{error.Line?.ToString(CultureInfo.InvariantCulture)},{Cell(error.Path)},{Cell(error.Message)}\r\n";

    private static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        // A spreadsheet must not take a file's text for a formula.
        var safe = text[0] is '=' or '+' or '-' or '@' ? "'" + text : text;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}

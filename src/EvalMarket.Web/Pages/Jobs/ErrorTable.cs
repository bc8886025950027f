using System.Text;
using EvalMarket.Formats;

namespace EvalMarket.Web.Pages.Jobs;

/// <summary>Content errors as CSV (RFC 4180), for who mends a file.</summary>
internal static class ErrorTable
{
    public static string Write(IEnumerable<ContentError> errors)
    {
        var csv = new StringBuilder("file,line,path,message\r\n");
        foreach (var error in errors)
        {
            csv.AppendJoin(',', Cell(error.File), error.Line?.ToString(), Cell(error.Path), Cell(error.Message)).Append("\r\n");
        }

        return csv.ToString();
    }

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

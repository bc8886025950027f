using System.Text.Json;

namespace EvalMarket.Formats.Json;

/// <summary>Says what is wrong with a text that should be JSON.</summary>
internal static class JsonProblem
{
    /// <summary>A sentence with the place and the reason.</summary>
    /// <param name="exception">Of the framework's parser.</param>
    /// <param name="line">1-based line on which the parsed text begins.</param>
    /// <param name="column">0-based byte of that line at which it begins.</param>
    public static string Describe(JsonException exception, long line = 1, long column = 0)
    {
        // The framework appends the position in its own words.
        var reason = exception.Message;
        var position = reason.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (position > 0)
        {
            reason = reason[..position];
        }

        var at = exception.BytePositionInLine is { } offset ? $" (line {line + exception.LineNumber}, byte {offset + 1 + (exception.LineNumber == 0 ? column : 0)})" : "";
        return $"This is not valid JSON{at}: {reason}";
    }
}

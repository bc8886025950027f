using System.Text.Json;

namespace EvalMarket.Formats.Json;

/// <summary>Says what is wrong with a text that should be JSON.</summary>
internal static class JsonProblem
{
    public static string Describe(JsonException exception)
    {
        // The framework appends the position in its own words.
        var reason = exception.Message;
        var position = reason.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (position > 0)
        {
            reason = reason[..position];
        }

        var at = exception.BytePositionInLine is { } offset ? $" (line {exception.LineNumber + 1}, byte {offset + 1})" : "";
        return $"This is not valid JSON{at}: {reason}";
    }
}

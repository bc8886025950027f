namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>Takes the answer out of a response: what follows its last line that begins with <c>Answer:</c> or <c>Final answer:</c>, else all of it.</summary>
public static class AnswerText
{
    private static readonly string[] Markers = ["final answer", "answer"];

    public static string Of(string response)
    {
        var end = response.Length;
        while (end >= 0)
        {
            var start = end == 0 ? 0 : response.LastIndexOfAny(['\n', '\r'], end - 1) + 1;
            if (AfterMarker(response.AsSpan(start, end - start)) is { } after)
            {
                return response[(start + after)..].Trim();
            }

            end = start - 1;
        }

        return response.Trim();
    }

    /// <summary>Where on the line the answer begins, or null when it has no marker. Markdown's emphasis, headings, quotes and list marks may stand around it.</summary>
    private static int? AfterMarker(ReadOnlySpan<char> line)
    {
        var at = line.Length - line.TrimStart(" \t*_#>-`").Length;
        foreach (var marker in Markers)
        {
            if (!line[at..].StartsWith(marker, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var rest = line[(at + marker.Length)..].TrimStart(" \t*_`");
            if (rest.Length > 0 && rest[0] is ':' or '：')
            {
                return line.Length - rest[1..].TrimStart("*_").Length;
            }
        }

        return null;
    }
}

using System.Buffers;
using System.Globalization;
using System.Text;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Annotation;

/// <summary>
/// The export of a queue as CSV (RFC 4180, UTF-8): a row for each review and each skip, beside them what came out; a session of which nothing was said has one row. What a spreadsheet would
/// take for a formula gains an apostrophe.
/// </summary>
internal static class QueueCsv
{
    public const string Format = "csv";

    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    private static readonly string[] Columns =
    [
        "session_id", "external_id", "title", "state", "reviewer", "status", "notes", "tags", "expected_output", "flag", "skip", "at",
        "result_status", "result_notes", "result_tags", "result_expected_output", "result_via", "result_by", "result_at",
    ];

    public static void WriteHead(IBufferWriter<byte> output) => WriteRow(output, Columns);

    public static void Write(IBufferWriter<byte> output, QueueExportRecord record)
    {
        string?[] session = [record.Session.Id.Value, record.Session.ExternalId, record.Session.Title, record.Item.State.ToWire()];
        string?[] result = record.Result is not { } known ? new string?[7] :
        [
            known.Labels.Status.ToWire(), known.Labels.Notes, Tags(known.Labels.Tags), known.Labels.ExpectedOutput, known.Via, known.By, Time(known.At),
        ];
        if (record.Said.Count == 0)
        {
            WriteRow(output, [.. session, .. new string?[8], .. result]);
        }

        foreach (var said in record.Said)
        {
            WriteRow(
                output,
                [.. session, said.Reviewer, said.Status?.ToWire(), said.Notes, Tags(QueueJson.Texts(said.Tags)), said.ExpectedOutput, said.Flag, said.Skip, Time(said.At), .. result]);
        }
    }

    private static string Tags(IReadOnlyList<string> tags) => string.Join(", ", tags);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void WriteRow(IBufferWriter<byte> output, IReadOnlyList<string?> cells) =>
        Encoding.UTF8.GetBytes(string.Join(',', cells.Select(Cell)) + "\r\n", output);

    private static string Cell(string? value)
    {
        var text = value ?? "";
        if (text.TrimStart('\'') is ['=' or '+' or '-' or '@' or '\t' or '\r', ..])
        {
            text = "'" + text;
        }

        return text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}

using System.Text;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Exports;

/// <summary>The first record of an export.</summary>
/// <param name="Text">As it is written, without what stands between records.</param>
/// <param name="IsCut">Whether it goes on.</param>
public sealed record ExportPreview(string Text, bool IsCut)
{
    /// <summary>Bytes that a format may put around a record.</summary>
    internal const int Frame = 16;

    /// <summary>Cuts the first record out of what is written for one session; null when that is none.</summary>
    internal static ExportPreview? Of(ISessionExporter exporter, ReadOnlySpan<byte> written, int mostBytes)
    {
        var record = written;
        if (exporter is DeepEvalExporter)
        {
            // A list with one turn a line.
            if (!record.StartsWith("[\n"u8))
            {
                return null;
            }

            record = FirstLine(record[2..]);
            record = record.EndsWith(","u8) ? record[..^1] : record;
        }
        else if (exporter is OpenAiExporter)
        {
            record = FirstLine(record);
        }

        if (record.IsEmpty)
        {
            return null;
        }

        var isCut = record.Length > mostBytes;
        if (isCut)
        {
            var end = mostBytes;
            // Not inside of a character.
            while (end > 0 && (record[end] & 0b1100_0000) == 0b1000_0000)
            {
                end--;
            }

            record = record[..end];
        }

        return new ExportPreview(Encoding.UTF8.GetString(record), isCut);
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text) => text.IndexOf((byte)'\n') is >= 0 and var end ? text[..end] : text;
}

namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>How a file's bytes are characters.</summary>
public enum CsvEncoding
{
    Utf8 = 1,
    Utf8WithMark = 2,
    Utf16LittleEndian = 3,
    Utf16BigEndian = 4,

    /// <summary>What spreadsheets on Windows write in the west of Europe. Every byte is a character in it, so it is never found: it is chosen.</summary>
    Windows1252 = 5,
}

/// <summary>What people call the encodings.</summary>
public static class CsvEncodings
{
    public static string ToDisplay(this CsvEncoding encoding) => encoding switch
    {
        CsvEncoding.Utf8 => "UTF-8",
        CsvEncoding.Utf8WithMark => "UTF-8 with a byte order mark",
        CsvEncoding.Utf16LittleEndian => "UTF-16, little endian",
        CsvEncoding.Utf16BigEndian => "UTF-16, big endian",
        CsvEncoding.Windows1252 => "Windows-1252 (Latin)",
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "Unknown encoding."),
    };

    /// <summary>Those that can be chosen, by their wire names.</summary>
    public static IReadOnlyList<string> WireNames { get; } = [.. Chosen.Select(ToWire)];

    private static IEnumerable<CsvEncoding> Chosen => [CsvEncoding.Utf8, CsvEncoding.Utf16LittleEndian, CsvEncoding.Utf16BigEndian, CsvEncoding.Windows1252];

    /// <summary>Null for what is none.</summary>
    public static CsvEncoding? Parse(string? wire) => Chosen.Where(encoding => encoding.ToWire() == wire).Select(encoding => (CsvEncoding?)encoding).FirstOrDefault();

    /// <summary>Wire names: <c>utf-8</c>, <c>utf-16le</c>, <c>utf-16be</c>, <c>windows-1252</c>.</summary>
    public static string ToWire(this CsvEncoding encoding) => encoding switch
    {
        CsvEncoding.Utf8 or CsvEncoding.Utf8WithMark => "utf-8",
        CsvEncoding.Utf16LittleEndian => "utf-16le",
        CsvEncoding.Windows1252 => "windows-1252",
        _ => "utf-16be",
    };
}

namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>How a file's bytes are characters.</summary>
public enum CsvEncoding
{
    Utf8 = 1,
    Utf8WithMark = 2,
    Utf16LittleEndian = 3,
    Utf16BigEndian = 4,
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
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "Unknown encoding."),
    };

    /// <summary>Wire names: <c>utf-8</c>, <c>utf-16le</c>, <c>utf-16be</c>.</summary>
    public static string ToWire(this CsvEncoding encoding) => encoding switch
    {
        CsvEncoding.Utf8 or CsvEncoding.Utf8WithMark => "utf-8",
        CsvEncoding.Utf16LittleEndian => "utf-16le",
        _ => "utf-16be",
    };
}

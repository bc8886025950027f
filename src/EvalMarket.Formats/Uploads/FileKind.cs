namespace EvalMarket.Formats.Uploads;

/// <summary>The types of file that may come along with items and tasks.</summary>
public enum FileKind
{
    /// <summary>None of them.</summary>
    Unknown = 0,
    Pdf,
    Jpeg,
    Png,
    WebP,
    Gif,
    Csv,
    Text,
}

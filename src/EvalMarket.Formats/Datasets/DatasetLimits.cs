namespace EvalMarket.Formats.Datasets;

/// <summary>How long the names in an item may be, in characters, and how many of a thing it may have. Contents are bounded by the size of the line.</summary>
public static class DatasetLimits
{
    public const int Type = 200;

    public const int AssetPath = 300;

    public const int MimeType = 200;

    /// <summary>Files of an item.</summary>
    public const int Assets = 100;

    /// <summary>Messages that an item may come from.</summary>
    public const int SourceMessages = 10_000;
}

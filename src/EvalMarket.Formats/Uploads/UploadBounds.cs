namespace EvalMarket.Formats.Uploads;

/// <summary>How far an upload is unpacked and read. Sizes are bytes.</summary>
public sealed record UploadBounds
{
    /// <summary>Files in the upload, those in its archives included.</summary>
    public int Entries { get; init; } = 20_000;

    /// <summary>What the archives and compressed files of the upload may unpack to, together.</summary>
    public long Bytes { get; init; } = 8L * 1024 * 1024 * 1024;

    /// <summary>How many times its packed size a file may unpack to. It is not asked of a file that unpacks to less than 16 MB: short files of one repeated line are no attack.</summary>
    public int Ratio { get; init; } = 200;

    /// <summary>Longest line that is read; a longer one is an error of its line.</summary>
    public int MaxLineBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Most bytes of text that one session may hold in memory; beyond it the session is an error.</summary>
    public long MaxSessionBytes { get; init; } = 256L * 1024 * 1024;
}

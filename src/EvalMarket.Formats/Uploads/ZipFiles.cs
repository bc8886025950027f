using System.Globalization;
using System.IO.Compression;

namespace EvalMarket.Formats.Uploads;

/// <summary>What is asked of the entries of a ZIP archive (PKWARE APPNOTE 6.3.10).</summary>
internal static class ZipFiles
{
    private const int ShownCharacters = 300;
    private const int UnixTypes = 0xF000;
    private const int UnixLink = 0xA000;

    /// <summary>Below this size the ratio is not asked.</summary>
    public const long AlwaysUnpacked = 16 * 1024 * 1024;

    /// <summary>A local file header, or the end record of an archive without files (4.3.7, 4.3.16).</summary>
    public static bool IsZip(ReadOnlySpan<byte> head) => head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8);

    /// <summary>The entry's path. Old packers on Windows write backslashes, others begin with "./".</summary>
    public static string PathOf(string name)
    {
        var path = name.Replace('\\', '/');
        while (path.StartsWith("./", StringComparison.Ordinal))
        {
            path = path[2..];
        }

        return path;
    }

    /// <summary>Nothing is ever written to such a path; but an archive with one was made to do harm, and a name that shows as another misleads.</summary>
    public static string? WhyUnsafe(string path)
    {
        if (path.Length == 0)
        {
            return "This file of the archive has no name; it was not read.";
        }

        if (path.Any(char.IsControl))
        {
            return "The name of this file has control characters in it; it was not read.";
        }

        return path.StartsWith('/') || (path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0])) || path.Split('/').Any(segment => segment is "" or "." or "..")
            ? "The path of this file leads out of the archive; it was not read."
            : null;
    }

    /// <summary>What in the archive's directory says that an entry is not to be opened.</summary>
    public static string? WhyUnreadable(ZipArchiveEntry entry, UploadBounds bounds)
    {
        if (entry.IsEncrypted)
        {
            return "This file of the archive is encrypted: unpack it with its password and send the files.";
        }

        if (((entry.ExternalAttributes >> 16) & UnixTypes) == UnixLink)
        {
            return "This is a symbolic link, not a file; what it points to was not sent.";
        }

        return entry.Length > AlwaysUnpacked && entry.Length / Math.Max(entry.CompressedLength, 1) >= bounds.Ratio ? Bomb(bounds) : null;
    }

    public static string Bomb(UploadBounds bounds) =>
        string.Create(CultureInfo.InvariantCulture, $"This file unpacks to more than {bounds.Ratio:N0} times its packed size, as no transcript does; it was not read.");

    /// <summary>A path as it can be shown.</summary>
    public static string Shown(string path)
    {
        var clean = path.Any(char.IsControl) ? new string([.. path.Select(character => char.IsControl(character) ? '\uFFFD' : character)]) : path;
        return clean.Length <= ShownCharacters ? clean : "…" + clean[^ShownCharacters..];
    }
}

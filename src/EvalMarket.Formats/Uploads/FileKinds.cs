using System.Text;
using System.Text.Unicode;

namespace EvalMarket.Formats.Uploads;

/// <summary>
/// Which of the accepted types a file is, by its name and by its content: both have to say the same. Content is told by its first bytes (the signatures of the formats' own specifications);
/// text has none, so it is what is UTF-8 or UTF-16 throughout its first bytes and has no control characters that texts do not have.
/// </summary>
public static class FileKinds
{
    /// <summary>How many bytes of the beginning tell.</summary>
    public const int HeadBytes = 4096;

    /// <summary>For messages: what is accepted.</summary>
    public const string Accepted = "PDF, JPG, PNG, WebP, GIF, CSV and TXT";

    private static readonly string[] Media =
        [".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".wmv", ".flv", ".mp3", ".m4a", ".wav", ".ogg", ".oga", ".ogv", ".opus", ".flac", ".aac", ".wma", ".aiff", ".mid"];

    /// <summary>The type that a file's name promises.</summary>
    public static FileKind OfName(string name) => Extension(name) switch
    {
        ".pdf" => FileKind.Pdf,
        ".jpg" or ".jpeg" => FileKind.Jpeg,
        ".png" => FileKind.Png,
        ".webp" => FileKind.WebP,
        ".gif" => FileKind.Gif,
        ".csv" => FileKind.Csv,
        ".txt" => FileKind.Text,
        _ => FileKind.Unknown,
    };

    /// <summary>The type that the content is. CSV is text: <see cref="FileKind.Text"/> is given for both.</summary>
    /// <param name="head">The first <see cref="HeadBytes"/> of the file, or all of a shorter one.</param>
    /// <param name="isWhole">Whether that is all of the file.</param>
    public static FileKind OfContent(ReadOnlySpan<byte> head, bool isWhole)
    {
        // PDF readers accept leading bytes before the header, and so do attackers: it has to be the first thing (ISO 32000-1 7.5.2).
        if (head.StartsWith("%PDF-"u8))
        {
            return FileKind.Pdf;
        }

        if (head.StartsWith(JpegSignature))
        {
            return FileKind.Jpeg;
        }

        if (head.StartsWith(PngSignature))
        {
            return FileKind.Png;
        }

        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8))
        {
            return FileKind.Gif;
        }

        if (head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8))
        {
            return FileKind.WebP;
        }

        return IsText(head, isWhole) ? FileKind.Text : FileKind.Unknown;
    }

    /// <summary>The type of a file whose name and content agree, or the reason why it is not accepted, in a sentence.</summary>
    public static FileKind Of(string name, ReadOnlySpan<byte> head, bool isWhole, out string? problem)
    {
        problem = null;
        var named = OfName(name);
        if (named == FileKind.Unknown)
        {
            problem = IsMedia(name, head)
                ? $"Video and audio are not supported: accepted are {Accepted}."
                : $"Files of this type are not supported: accepted are {Accepted}.";
            return FileKind.Unknown;
        }

        var content = OfContent(head, isWhole);
        if (content == named || (content == FileKind.Text && named == FileKind.Csv))
        {
            return named;
        }

        problem = content != FileKind.Unknown ? $"By its name this is {Label(named)}, by its content {Label(content)}: give it the name that fits."
            : IsMediaContent(head) ? $"By its name this is {Label(named)}, by its content video or audio, which is not supported."
            : $"By its name this is {Label(named)}, but its content is not.";
        return FileKind.Unknown;
    }

    /// <summary>The media type to serve it with.</summary>
    public static string MediaType(this FileKind kind) => kind switch
    {
        FileKind.Pdf => "application/pdf",
        FileKind.Jpeg => "image/jpeg",
        FileKind.Png => "image/png",
        FileKind.WebP => "image/webp",
        FileKind.Gif => "image/gif",
        FileKind.Csv => "text/csv",
        FileKind.Text => "text/plain",
        _ => "application/octet-stream",
    };

    /// <summary>For people.</summary>
    public static string Label(this FileKind kind) => kind switch
    {
        FileKind.Pdf => "PDF",
        FileKind.Jpeg => "JPG",
        FileKind.Png => "PNG",
        FileKind.WebP => "WebP",
        FileKind.Gif => "GIF",
        FileKind.Csv => "CSV",
        FileKind.Text => "text",
        _ => "of no known type",
    };

    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> JpegSignature => [0xFF, 0xD8, 0xFF];

    private static string Extension(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot < 0 ? "" : name[dot..].ToLowerInvariant();
    }

    private static bool IsMedia(string name, ReadOnlySpan<byte> head) => Media.Contains(Extension(name)) || IsMediaContent(head);

    /// <summary>MP4 and its family, Matroska, Ogg, MP3, FLAC, WAV and AVI.</summary>
    private static bool IsMediaContent(ReadOnlySpan<byte> head) =>
        (head.Length >= 12 && (head[4..].StartsWith("ftyp"u8) || (head.StartsWith("RIFF"u8) && (head[8..].StartsWith("WAVE"u8) || head[8..].StartsWith("AVI "u8)))))
        || head is [0x1A, 0x45, 0xDF, 0xA3, ..] || head.StartsWith("OggS"u8) || head.StartsWith("ID3"u8) || head.StartsWith("fLaC"u8);

    private static bool IsText(ReadOnlySpan<byte> head, bool isWhole)
    {
        if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            return IsUtf16(head, isWhole);
        }

        if (head is [0xEF, 0xBB, 0xBF, ..])
        {
            head = head[3..];
        }

        foreach (var value in head)
        {
            if (value < 0x20 && value is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f'))
            {
                return false;
            }
        }

        // The last character may be cut by the end of what was read.
        var cut = 0;
        while (!isWhole && cut < 3 && cut < head.Length && !Utf8.IsValid(head[..^cut]))
        {
            cut++;
        }

        return Utf8.IsValid(head[..^cut]);
    }

    private static bool IsUtf16(ReadOnlySpan<byte> head, bool isWhole)
    {
        if (isWhole && head.Length % 2 != 0)
        {
            return false;
        }

        var text = (head[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(head[2..(head.Length - (head.Length % 2))]);
        return !text.Any(character => character is < '\u0009' or '\uFFFE' or '\uFFFF');
    }
}

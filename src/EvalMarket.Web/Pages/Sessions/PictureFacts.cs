using System.Buffers.Binary;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>
/// What the bytes of a picture say about it. The name and the media type that came with it are what somebody claims; only the kinds that are
/// told by their first bytes and can hold no script are shown: PNG, JPEG, GIF, WebP. SVG never is.
/// </summary>
/// <param name="MediaType">By content.</param>
/// <param name="Width">Pixels; 0 when it is not in the first bytes.</param>
/// <param name="Height">Pixels; 0 when it is not in the first bytes.</param>
internal readonly record struct PictureFacts(string MediaType, int Width, int Height)
{
    /// <summary>Enough for the size of nearly every picture; a JPEG may have a preview before it.</summary>
    private const int HeadCharacters = 96 * 1024;

    /// <summary>More would take a reader's browser down.</summary>
    private const long MostPixels = 100_000_000;

    /// <summary>Looks at the beginning of a part's data; null when it is no picture that may be shown.</summary>
    public static PictureFacts? OfPart(MessagePart part)
    {
        if (part.Data is not { Length: > 0 } data)
        {
            return null;
        }

        var head = data.AsSpan(0, Math.Min(data.Length, HeadCharacters) / 4 * 4);
        var bytes = new byte[head.Length / 4 * 3];
        return Convert.TryFromBase64Chars(head, bytes, out var length) ? Of(bytes.AsSpan(0, length)) : null;
    }

    /// <summary>Looks at the beginning of a file; null when it is no picture that may be shown.</summary>
    public static PictureFacts? Of(ReadOnlySpan<byte> head)
    {
        PictureFacts? facts = head switch
        {
            _ when IsPng(head) => OfPng(head),
            _ when head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) => OfGif(head),
            [0xFF, 0xD8, 0xFF, ..] => OfJpeg(head),
            _ when head.Length >= 16 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8) => OfWebP(head),
            _ => null,
        };
        return facts is { } known && (long)known.Width * known.Height <= MostPixels ? known : null;
    }

    private static bool IsPng(ReadOnlySpan<byte> head) => head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);

    /// <summary>PNG (third edition) §11.2.1: width and height begin the first chunk.</summary>
    private static PictureFacts OfPng(ReadOnlySpan<byte> head) => head.Length < 24
        ? new PictureFacts("image/png", 0, 0)
        : new PictureFacts("image/png", Clamp(BinaryPrimitives.ReadUInt32BigEndian(head[16..])), Clamp(BinaryPrimitives.ReadUInt32BigEndian(head[20..])));

    private static PictureFacts OfGif(ReadOnlySpan<byte> head) => head.Length < 10
        ? new PictureFacts("image/gif", 0, 0)
        : new PictureFacts("image/gif", BinaryPrimitives.ReadUInt16LittleEndian(head[6..]), BinaryPrimitives.ReadUInt16LittleEndian(head[8..]));

    /// <summary>ITU-T T.81 §B.2.2: the frame header has the size; segments before it are skipped by their lengths.</summary>
    private static PictureFacts OfJpeg(ReadOnlySpan<byte> head)
    {
        var at = 2;
        while (at + 9 < head.Length && head[at] == 0xFF)
        {
            var marker = head[at + 1];
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return new PictureFacts("image/jpeg", BinaryPrimitives.ReadUInt16BigEndian(head[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(head[(at + 5)..]));
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(head[(at + 2)..]);
        }

        return new PictureFacts("image/jpeg", 0, 0);
    }

    /// <summary>RFC 9649 §2.5 to §2.7.</summary>
    private static PictureFacts OfWebP(ReadOnlySpan<byte> head)
    {
        const string Type = "image/webp";
        if (head.Length < 30)
        {
            return new PictureFacts(Type, 0, 0);
        }

        if (head[12..].StartsWith("VP8X"u8))
        {
            return new PictureFacts(Type, 1 + (head[24] | (head[25] << 8) | (head[26] << 16)), 1 + (head[27] | (head[28] << 8) | (head[29] << 16)));
        }

        if (head[12..].StartsWith("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(head[21..]);
            return new PictureFacts(Type, 1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
        }

        return new PictureFacts(Type, BinaryPrimitives.ReadUInt16LittleEndian(head[26..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(head[28..]) & 0x3FFF);
    }

    private static int Clamp(uint size) => (int)Math.Min(size, int.MaxValue);
}

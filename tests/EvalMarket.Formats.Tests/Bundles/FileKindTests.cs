using System.Text;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Tests.Bundles;

public sealed class FileKindTests
{
    [Theory]
    [InlineData("paper.PDF", "%PDF-1.7\n", FileKind.Pdf)]
    [InlineData("a.jpeg", "\u00ff\u00d8\u00ff\u00e0", FileKind.Jpeg)]
    [InlineData("a.png", "\u0089PNG\r\n\u001a\n", FileKind.Png)]
    [InlineData("a.gif", "GIF89a", FileKind.Gif)]
    [InlineData("a.webp", "RIFF\0\0\0\0WEBP", FileKind.WebP)]
    [InlineData("a.csv", "a,b\r\n1,2", FileKind.Csv)]
    [InlineData("a.txt", "", FileKind.Text)]
    [InlineData("a.txt", "\u00ff\u00feh\0i\0", FileKind.Text)]
    [InlineData("a.txt", "\u00ef\u00bb\u00bfhi", FileKind.Text)]
    [InlineData("a.txt", "a\0b", FileKind.Unknown)]
    [InlineData("a.txt", "\u00c3(", FileKind.Unknown)]
    [InlineData("a.png", "GIF89a", FileKind.Unknown)]
    [InlineData("a.txt", "%PDF-1.7", FileKind.Unknown)]
    [InlineData("a.png", "<svg onload=alert(1)>", FileKind.Unknown)]
    [InlineData("a.svg", "<svg/>", FileKind.Unknown)]
    [InlineData("a.mp3", "ID3", FileKind.Unknown)]
    [InlineData("a.webp", "RIFF\0\0\0\0WAVE", FileKind.Unknown)]
    [InlineData("png", "\u0089PNG\r\n\u001a\n", FileKind.Unknown)]
    public void A_file_is_what_its_name_and_its_content_both_say(string name, string bytes, FileKind kind)
    {
        Assert.Equal(kind, FileKinds.Of(name, Encoding.Latin1.GetBytes(bytes), isWhole: true, out var problem));
        Assert.Equal(kind == FileKind.Unknown, problem is not null);
    }

    [Fact]
    public void Text_that_is_cut_in_a_character_is_text() => Assert.Equal(FileKind.Text, FileKinds.OfContent(Encoding.UTF8.GetBytes("abcé").AsSpan()[..^1], isWhole: false));
}

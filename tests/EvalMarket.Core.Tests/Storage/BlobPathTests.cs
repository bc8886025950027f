using EvalMarket.Core.Storage;

namespace EvalMarket.Core.Tests.Storage;

public sealed class BlobPathTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("w/acme/chunks/ab/abcd.jsonl.gz")]
    [InlineData("w/acme/sessions/ses_01h455vb4pex5vsknk084sn02q/1-0123456789ab.json")]
    [InlineData("-/_/A.b-c_9")]
    public void Takes_names_of_letters_digits_dots_underscores_and_hyphens(string text)
    {
        Assert.True(BlobPath.TryParse(text, out var path));
        Assert.Equal(text, path.Value);
        Assert.Equal(text, path.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("/")]
    [InlineData("/etc/passwd")]
    [InlineData("w/")]
    [InlineData("w//a")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("w/../../etc/passwd")]
    [InlineData("w/..")]
    [InlineData("w/./a")]
    [InlineData(".tmp/a")]
    [InlineData("w/.hidden")]
    [InlineData("w/a.")]
    [InlineData("w\\a")]
    [InlineData("w/a\\..\\b")]
    [InlineData("C:/a")]
    [InlineData("w/a b")]
    [InlineData("w/a\0")]
    [InlineData("w/a\n")]
    [InlineData("w/é")]
    [InlineData("w/%2e%2e/a")]
    [InlineData("w/a?b")]
    [InlineData("~/a")]
    public void Refuses_what_could_escape_or_mean_something_else_elsewhere(string? text)
    {
        Assert.False(BlobPath.TryParse(text, out _));
        if (text is not null)
            Assert.Throws<FormatException>(() => BlobPath.Parse(text));
    }

    [Fact]
    public void Refuses_names_that_a_file_system_or_an_object_store_would_not_take()
    {
        Assert.True(BlobPath.TryParse(new string('a', 255), out _));
        Assert.False(BlobPath.TryParse(new string('a', 256), out _));
        Assert.False(BlobPath.TryParse(string.Join('/', Enumerable.Repeat(new string('a', 200), 6)), out _));
    }

    [Fact]
    public void Joins_segments_and_checks_them()
    {
        var folder = BlobPath.Parse("w/acme");

        Assert.Equal(BlobPath.Parse("w/acme/garbage.json"), folder / "garbage.json");
        Assert.Equal("garbage.json", (folder / "garbage.json").Name);
        Assert.Throws<FormatException>(() => folder / "..");
        Assert.Throws<FormatException>(() => folder / "");
        Assert.Throws<FormatException>(() => folder / "/etc");
    }
}

using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Tests.Pages;

public sealed class DisplayTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 14, 43, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-30, "just now")]
    [InlineData(-12 * 60, "12 min ago")]
    [InlineData(-3600, "1 h ago")]
    [InlineData(-26 * 3600, "yesterday")]
    [InlineData(-3 * 86400, "3 days ago")]
    [InlineData(-24 * 86400, "27 Oct")]
    [InlineData(-400 * 86400, "16 Oct 2025")]
    [InlineData(30, "now")]
    [InlineData(41 * 86400, "in 41 days")]
    [InlineData(86400, "in 1 day")]
    public void Says_how_long_ago_or_ahead_a_time_is(int seconds, string expected) =>
        Assert.Equal(expected, Display.Relative(Now.AddSeconds(seconds), Now));

    [Theory]
    [InlineData(340L, "340 ms")]
    [InlineData(3400L, "3.4 s")]
    [InlineData(48_000L, "48 s")]
    [InlineData(23 * 60_000L, "23 min")]
    [InlineData(72 * 60_000L, "1 h 12 min")]
    [InlineData(51 * 3_600_000L, "2 d 3 h")]
    [InlineData(null, "–")]
    public void Writes_durations_in_the_two_largest_units(long? milliseconds, string expected) =>
        Assert.Equal(expected, Display.Duration(milliseconds));

    [Fact]
    public void Writes_costs_under_a_cent_with_four_digits()
    {
        Assert.Equal("$0.91", Display.Cost(0.91m));
        Assert.Equal("$0.0042", Display.Cost(0.0042m));
        Assert.Equal("$1,204.50", Display.Cost(1204.5m));
        Assert.Equal("–", Display.Cost(null));
    }

    [Fact]
    public void Shortens_what_is_too_long_for_a_column()
    {
        Assert.Equal("9,999,999", Display.Short(9_999_999));
        Assert.Equal("133.3 M", Display.Short(133_332_232));
        Assert.Equal("20.0 B", Display.Short(20_000_000_000));
        Assert.Equal("–", Display.Short(null));
        Assert.Equal("$999.50", Display.ShortCost(999.5m));
        Assert.Equal("$12,346", Display.ShortCost(12_345.67m));
        Assert.Equal("–", Display.ShortCost(null));
    }

    [Fact]
    public void Groups_thousands_and_counts_in_words()
    {
        Assert.Equal("1,284 sessions", Display.Count(1284, "session"));
        Assert.Equal("1 session", Display.Count(1, "session"));
        Assert.Equal("4.1 MB", Display.Bytes(4_300_000));
    }

    [Theory]
    [InlineData("Ines Okafor", "IO")]
    [InlineData("ines@lantern.example", "I")]
    [InlineData("mei.lindqvist@lantern.example", "ML")]
    [InlineData("", "")]
    public void Takes_initials_from_names_and_addresses(string name, string expected) =>
        Assert.Equal(expected, Display.Initials(name));
}

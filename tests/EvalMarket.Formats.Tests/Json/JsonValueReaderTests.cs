using System.Text;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Tests.Json;

public sealed class JsonValueReaderTests
{
    private const int MaxBytes = 40;

    [Theory]
    [InlineData("", "")]
    [InlineData(" \n[]\n", "")]
    [InlineData("[{\"a\":1},\n {\"b\":[1,{}]} , 3]", "1/0:{\"a\":1} 2/1:{\"b\":[1,{}]} 2/2:3")]
    [InlineData("\ufeff[{\"a\":\"]}\\\"\\\\\"},{}]", "1/0:{\"a\":\"]}\\\"\\\\\"} 1/1:{}")]
    [InlineData("{\n\"a\":1\n}\n{\"b\":\n2}", "1:{\n\"a\":1\n} 4:{\"b\":\n2}")]
    [InlineData("{\"a\":1}\n\n{\"b\":2\r\n{\"c\":3} x\n[4", "1:{\"a\":1} 3:{\"b\":2\r 4:{\"c\":3} x 5:[4~")]
    [InlineData("{\"v\":1, \"list\" : [ {\"a\":1},{\"a\":2}\n], \"after\":[\"}\"]}", "1/list/0:{\"a\":1} 1/list/1:{\"a\":2}")]
    [InlineData("{\n\"inner\":{\"list\":[{\"a\":1}]},\"x\":\"list\"}", "1:{\n\"inner\":{\"list\":[{\"a\":1}]},\"x\":\"list\"}")]
    [InlineData("[{\"a\":\"01234567890123456789012345678901234567890\"},\n{\"b\":2}]", "1/0:! 2/1:{\"b\":2}")]
    [InlineData("[nonsense, {\"a\": nul}, }}, {\"b\":2}]", "1/0:nonsense 1/1:{\"a\": nul} 1/2:}} 1/3:{\"b\":2}")]
    [InlineData("[{\"a\":1},{\"b\":\"cut", "1/0:{\"a\":1} 1/1:{\"b\":\"cut~")]
    [InlineData("[{\"a\":1},\n", "1/0:{\"a\":1} 2/1:~")]
    [InlineData("{\"list\":[{\"a\":1}],\"b\":{\"c", "1/list/0:{\"a\":1} 1:~")]
    [InlineData("{\"a\":\"\\", "1:{\"a\":\"\\~")]
    [InlineData("{\"a\":\"tor\n{\"b\":2}\n{\"c\":3", "1:{\"a\":\"tor\n 2:{\"b\":2} 3:{\"c\":3~")]
    [InlineData("{\"a\":[1\n{\"b\":2}\n{\"c\":3}\n", "1:{\"a\":[1\n 2:{\"b\":2} 3:{\"c\":3}")]
    [InlineData("{\"a\":[\n{\"b\":2},\n{\"c\":3}]}", "1:{\"a\":[\n{\"b\":2},\n{\"c\":3}]}")]
    [InlineData("[{\"a\":\"b\n{\"}]", "1/0:{\"a\":\"b\n{\"}")]
    [InlineData("[\"text\",\"cut", "1/0:\"text\" 1/1:\"cut~")]
    public async Task Gives_values_with_their_places_however_the_stream_comes_in(string text, string expected)
    {
        foreach (var piece in new[] { 1, 2, 3, 7, 1000 })
        {
            using var stream = new MadeUpStream([Encoding.UTF8.GetBytes(text)]) { Piece = piece };
            using var reader = new JsonValueReader(stream, "list", MaxBytes);
            List<string> values = [];
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                Assert.True(values.Count < 100);
                values.Add($"{reader.Line}{reader.Path}:{(reader.IsTooLarge ? "!" : Encoding.UTF8.GetString(reader.Value.Span))}{(reader.IsCut ? "~" : "")}");
            }

            Assert.Equal(expected, string.Join(' ', values));
        }
    }

    [Fact]
    public async Task A_value_that_is_too_large_is_passed_over_without_being_held()
    {
        var piece = Encoding.UTF8.GetBytes(new string('x', 100_000));
        using var stream = new MadeUpStream(["[{\"a\":1},{\"b\":\""u8.ToArray(), .. Enumerable.Repeat(piece, 2000), "\"},{\"c\":3}]"u8.ToArray()]);
        using var reader = new JsonValueReader(stream, null, 1_000_000);
        List<string> values = [];
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            values.Add(reader.IsTooLarge ? "!" : Encoding.UTF8.GetString(reader.Value.Span));
        }

        Assert.Equal(["{\"a\":1}", "!", "{\"c\":3}"], values);
        Assert.InRange(stream.LargestBuffer, 1, 4_000_000);
    }

    [Fact]
    public async Task Says_at_which_byte_of_its_line_a_value_begins()
    {
        using var stream = new MadeUpStream(["[{},\n  {}, {}]"u8.ToArray()]) { Piece = 3 };
        using var reader = new JsonValueReader(stream, null, MaxBytes);
        List<(long, long)> places = [];
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            places.Add((reader.Line, reader.Column));
        }

        Assert.Equal([(1, 1), (2, 2), (2, 6)], places);
    }
}

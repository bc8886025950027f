using System.Text;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Tests.Json;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("a\nb\n", "1:a 2:b")]
    [InlineData("a\r\nb\r\n", "1:a 2:b")]
    [InlineData("a\rb\r", "1:a 2:b")]
    [InlineData("a\n\r\nb", "1:a 2: 3:b~")]
    [InlineData("\ufeffa\n\ufeffb", "1:a 2:\ufeffb~")]
    [InlineData("", "")]
    [InlineData("\n", "1:")]
    [InlineData("aaaaaaaaaaa\nb\ncccccccccccc", "1:! 2:b 3:!~")]
    [InlineData("aaaaaaaaaa\nb\n", "1:aaaaaaaaaa 2:b")]
    public async Task Gives_lines_with_any_ending_however_the_stream_comes_in(string text, string expected)
    {
        foreach (var piece in new[] { 1, 2, 3, 7, 1000 })
        {
            using var stream = new PiecewiseStream(Encoding.UTF8.GetBytes(text), piece);
            using var reader = new LineReader(stream, 10);
            List<string> lines = [];
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                lines.Add($"{reader.Number}:{(reader.IsTooLong ? "!" : Encoding.UTF8.GetString(reader.Line.Span))}{(reader.IsUnterminated ? "~" : "")}");
            }

            Assert.Equal(expected, string.Join(' ', lines));
        }
    }

    [Fact]
    public async Task Holds_one_line_however_long_the_file()
    {
        const int Lines = 20_000;
        using var stream = new RepeatingStream(Encoding.UTF8.GetBytes(new string('x', 5_000) + "\n"), Lines);
        using var reader = new LineReader(stream, 1_000_000);
        var read = 0;
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            read++;
        }

        Assert.Equal(Lines, read);
        Assert.InRange(stream.LargestBuffer, 1, 128 * 1024);
    }

    /// <summary>Gives its bytes a few at a time, as a network does.</summary>
    private sealed class PiecewiseStream(byte[] content, int piece) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }

    /// <summary>The same line over and over, without holding it all.</summary>
    private sealed class RepeatingStream(byte[] line, int times) : MemoryStream
    {
        private long given;

        public int LargestBuffer { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            LargestBuffer = Math.Max(LargestBuffer, buffer.Length);
            var left = Math.Min(((long)line.Length * times) - given, buffer.Length);
            for (var i = 0; i < left; i++)
            {
                buffer.Span[i] = line[given++ % line.Length];
            }

            return ValueTask.FromResult((int)left);
        }
    }
}

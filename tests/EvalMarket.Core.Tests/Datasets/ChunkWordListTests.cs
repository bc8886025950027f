using System.IO.Compression;
using System.Text;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Words;

namespace EvalMarket.Core.Tests.Datasets;

public sealed class ChunkWordListTests
{
    private const int Lines = 900;

    /// <summary>Words enough for many blocks, with some that are in every line and so longer than one by their line numbers alone.</summary>
    private static readonly string[] Texts = [.. Enumerable.Range(0, Lines).Select(i => $"everywhere number{i} {(i % 100 == 7 ? "rare" : "usual")} w{i * 7919 % 1000:000}x{i} zürich{i % 3}")];

    [Fact]
    public void A_word_or_its_beginning_is_found_in_the_lines_that_hold_it()
    {
        var list = Make();

        foreach (var query in (string[][])[["everywhere"], ["rare"], ["number5"], ["number899"], ["w"], ["w5"], ["zürich2"], ["rare", "number1"], ["usual", "everywhere", "zürich0"], ["aaa"], ["zzz"], ["nothing"], ["rare", "usual"]])
            Assert.Equal(Expected(query), ChunkWordList.Match(list, Lines, query));
    }

    [Fact]
    public void Lists_of_the_first_make_are_read_too()
    {
        var plain = new MemoryStream();
        using (var deflate = new DeflateStream(plain, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write([2, 0, 3, .. "abc"u8, 2, 1, 4, 2, 2, .. "de"u8, 1, 3]);

        Assert.Equal([1, 5], ChunkWordList.Match(plain.ToArray(), 10, ["abc"]));
        Assert.Equal([3], ChunkWordList.Match(plain.ToArray(), 10, ["abde"]));
        Assert.Equal([1, 3, 5], ChunkWordList.Match(plain.ToArray(), 10, ["ab"]));
    }

    [Fact]
    public void Any_number_of_any_words_comes_out_once_each_in_the_order_of_bytes_with_the_lines_that_hold_it()
    {
        // More than the table begins with, many that share their first eight bytes or are the beginning of another, of one to four bytes a character.
        var random = new Random(20261201);
        string[] alphabet = ["a", "b", "z", "0", "é", "я", "語", "𠀀"];
        var expected = new SortedDictionary<string, List<int>>(Comparer<string>.Create((left, right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right))));
        using var table = new ChunkWordTable();
        for (var i = 0; i < 120_000; i++)
        {
            var word = (i % 3 == 0 ? "beginning" : "") + string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => alphabet[(int)(alphabet.Length * Math.Pow(random.NextDouble(), 2))]));
            var line = i / 100;
            table.Add(word, line);
            var lines = expected.TryGetValue(word, out var known) ? known : expected[word] = [];
            if (lines is [] || lines[^1] != line)
                lines.Add(line);
        }

        Assert.True(table.Count > 20_000);
        var ordered = table.Ordered();

        Assert.Equal(expected.Keys, ordered.Select(word => Encoding.UTF8.GetString(table.TextOf(word))));
        Assert.All(ordered.Zip(expected.Values), pair => Assert.Equal(pair.Second, Lines(table, pair.First)));
        var words = table.ToWords(ordered, null);
        Assert.Equal(string.Concat(expected.Keys.Select(word => word + "\0")), Encoding.UTF8.GetString(words.Text.Span));

        static List<int> Lines(ChunkWordTable table, int word)
        {
            List<int> lines = [];
            foreach (var line in table.LinesOf(word))
                lines.Add(line);
            return lines;
        }
    }

    private static IEnumerable<int> Expected(string[] query) =>
        Enumerable.Range(0, Lines).Where(line => query.All(wanted => Texts[line].Split(' ').Any(word => word.StartsWith(wanted, StringComparison.Ordinal))));

    private static byte[] Make()
    {
        using var table = new ChunkWordTable();
        for (var i = 0; i < Lines; i++)
        {
            var line = i;
            ItemSketch.Read(Encoding.UTF8.GetBytes($$$"""{"id":"itm_01kjmbqde0edcsbk84j37awn22","input":{"content":"{{{Texts[i]}}}"}}""")).Words(word => table.Add(word, line));
        }

        return ChunkWordList.Write(table, table.Ordered());
    }
}

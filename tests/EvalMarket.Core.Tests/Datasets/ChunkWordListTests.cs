using System.IO.Compression;
using System.Text;
using EvalMarket.Core.Datasets.Items;

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

    private static IEnumerable<int> Expected(string[] query) =>
        Enumerable.Range(0, Lines).Where(line => query.All(wanted => Texts[line].Split(' ').Any(word => word.StartsWith(wanted, StringComparison.Ordinal))));

    private static byte[] Make()
    {
        var list = new ChunkWordList();
        for (var i = 0; i < Lines; i++)
            list.Add(i, ItemSketch.Read(Encoding.UTF8.GetBytes($$$"""{"id":"itm_01kjmbqde0edcsbk84j37awn22","input":{"content":"{{{Texts[i]}}}"}}""")));
        return list.ToBytes();
    }
}

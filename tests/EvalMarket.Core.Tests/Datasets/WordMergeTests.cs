using System.Text;
using EvalMarket.Core.Datasets.Words;

namespace EvalMarket.Core.Tests.Datasets;

/// <summary>Words of many chunks in one run.</summary>
public sealed class WordMergeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 30)]
    [InlineData(3, 64)]
    public async Task Every_word_names_its_chunks_and_is_where_the_starts_of_blocks_say(int seed, int chunks)
    {
        // Short and long ones, many that begin alike for longer than a start may be, of one to four bytes a character.
        var random = new Random(seed);
        string[] alphabet = ["a", "b", "z", "0", "é", "я", "語", "𠀀"];
        string[] beginnings = ["", "", "prefix", new('x', 62), string.Concat(Enumerable.Repeat("語", 40))];
        var vocabulary = Enumerable.Range(0, 6_000).Select(_ => beginnings[random.Next(beginnings.Length)]
            + string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => alphabet[random.Next(alphabet.Length)]))).Distinct(StringComparer.Ordinal).ToArray();
        var numbers = Enumerable.Range(0, chunks).Select(i => 1_000_000L + (i * 7)).OrderBy(_ => random.Next()).ToArray();
        var expected = new Dictionary<string, SortedSet<long>>(StringComparer.Ordinal);
        var sources = new List<WordCursor>();
        foreach (var number in numbers)
        {
            var words = vocabulary.Where(_ => random.Next(10) == 0).ToArray();
            foreach (var word in words)
                (expected.TryGetValue(word, out var known) ? known : expected[word] = []).Add(number);
            sources.Add(new ChunkWordCursor(Words(words), number));
        }

        var merge = new WordMerge(numbers.Min());
        var blocks = await merge.RunAsync(sources, Cancel).ToListAsync(Cancel);

        var read = Read(blocks, numbers.Min());
        Assert.Equal(expected.Keys.OrderBy(Hex, StringComparer.Ordinal), read.Select(each => each.Word));
        Assert.All(read, each => Assert.Equal(expected[each.Word], each.Chunks));
        Assert.Equal((expected.Count, numbers.Where(number => expected.Values.Any(set => set.Contains(number))).Max()), ((int)merge.Words, merge.LastChunk));
        Assert.Equal("", blocks[0].Start);
        Assert.All(blocks, block => Assert.True(block.Start.Length <= DatasetWordBlock.StartLength));
        // The last block that starts at or before a word has it.
        Assert.All(read, each => Assert.Equal(each.Block, blocks.FindLastIndex(block => string.CompareOrdinal(block.Start, Hex(each.Word)) <= 0)));

        // The same in halves that are merged once more, without the chunks that are gone by then.
        var gone = numbers[0];
        var halves = sources.Count > 1 ? numbers.Chunk((numbers.Length + 1) / 2).ToArray() : [numbers];
        var runs = new List<WordCursor>();
        foreach (var half in halves)
        {
            var some = half.Select(number => (WordCursor)new ChunkWordCursor(Words([.. expected.Where(pair => pair.Value.Contains(number)).Select(pair => pair.Key)]), number));
            var waiting = new Queue<byte[]>((await new WordMerge(half.Min()).RunAsync(some, Cancel).ToListAsync(Cancel)).Select(block => block.Content));
            runs.Add(new RunWordCursor(half.Min(), number => number != gone, _ =>
                Task.FromResult<IReadOnlyList<byte[]>>([.. Enumerable.Range(0, Math.Min(3, waiting.Count)).Select(_ => waiting.Dequeue())])));
        }

        var again = Read(await new WordMerge(numbers.Min()).RunAsync(runs, Cancel).ToListAsync(Cancel), numbers.Min());
        Assert.Equal(
            read.Select(each => (each.Word, Chunks: string.Join(' ', each.Chunks.Where(number => number != gone)))).Where(each => each.Chunks.Length > 0),
            again.Select(each => (each.Word, string.Join(' ', each.Chunks))));
    }

    [Fact]
    public async Task Nothing_makes_no_block()
    {
        var merge = new WordMerge(5);

        Assert.Empty(await merge.RunAsync([new ChunkWordCursor(Words([]), 5)], Cancel).ToListAsync(Cancel));
        Assert.Equal(0, merge.Words);
    }

    private static string Hex(string word) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(word));

    private static ChunkWords Words(string[] words) => new(Encoding.UTF8.GetBytes(string.Concat(words.OrderBy(Hex, StringComparer.Ordinal).Select(word => word + "\0"))));

    private static List<(string Word, List<long> Chunks, int Block)> Read(List<(string Start, byte[] Content)> blocks, long firstChunk)
    {
        var all = new List<(string, List<long>, int)>();
        var reader = new WordBlockReader();
        foreach (var (i, block) in blocks.Index())
        {
            reader.Open(block.Content);
            while (reader.Next())
            {
                var chunks = new List<long>();
                while (reader.TryRead(out var number))
                    chunks.Add(firstChunk + number);
                all.Add((Encoding.UTF8.GetString(reader.Word), chunks, i));
            }
        }

        return all;
    }
}

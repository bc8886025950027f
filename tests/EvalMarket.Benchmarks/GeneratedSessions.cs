using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EvalMarket.Benchmarks;

/// <summary>
/// Sessions as coding tools have them: about six messages, prompts of some sentences, answers of some paragraphs, a tool call with its result.
/// The same number always gives the same session.
/// </summary>
internal static class GeneratedSessions
{
    /// <summary>One session in this many has the rare word.</summary>
    public const int RareEvery = 5_000;
    public const string RareWord = "quetzalcoatl";
    public const string CommonWord = "build";

    private const int Vocabulary = 20_000;
    private static readonly string[] Sources = ["claude-code", "codex", "openai-messages", "my-agent"];
    private static readonly string[] Statuses = ["golden", "correct", "incorrect", "needs_review"];
    private static readonly string[] Words = [.. Enumerable.Range(0, Vocabulary).Select(Word)];

    /// <summary>One line of NDJSON, without its line feed.</summary>
    public static byte[] Line(int number)
    {
        var random = new Random(number);
        var source = Sources[random.Next(Sources.Length)];
        var at = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(number * 237L);
        var turns = random.Next(1, 3);
        var messages = new List<object>();
        for (var turn = 0; turn < turns; turn++)
        {
            messages.Add(new { role = "user", content = Text(random, 20, 80) + (number % RareEvery == 0 ? $" {RareWord}" : ""), created_at = at.AddSeconds(turn * 60) });
            messages.Add(new
            {
                role = "assistant",
                content = Text(random, 10, 30),
                parts = new object[] { new { type = "tool_call", call_id = $"c{turn}", name = "shell", input = new { command = Text(random, 5, 15) } } },
            });
            messages.Add(new { role = "tool", content = Text(random, 40, 300), parts = new object[] { new { type = "tool_result", call_id = $"c{turn}" } } });
            messages.Add(new { role = "assistant", content = Text(random, 50, 250), tokens = random.Next(50, 900) });
        }

        var isReady = random.Next(2) == 0;
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            external_id = $"generated-{number}",
            title = Text(random, 4, 9),
            source,
            author = $"person{random.Next(50)}@example.org",
            project = $"project-{random.Next(30)}",
            model = $"model-{random.Next(6)}",
            prompt_tokens = random.Next(1_000, 50_000),
            completion_tokens = random.Next(100, 5_000),
            cost = Math.Round((decimal)random.NextDouble(), 4),
            created_at = at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            eval_ready = isReady,
            eval_status = isReady ? Statuses[random.Next(Statuses.Length)] : null,
            eval_tags = random.Next(4) == 0 ? new[] { $"tag-{random.Next(20)}" } : [],
            messages,
        });
    }

    internal static string Text(Random random, int least, int most)
    {
        var text = new StringBuilder();
        var count = random.Next(least, most);
        for (var i = 0; i < count; i++)
        {
            // Some words are everywhere and most are rare, as in any language.
            var rank = (int)(Vocabulary * Math.Pow(random.NextDouble(), 4));
            text.Append(i == 0 ? "" : i % 12 == 0 ? ". " : " ").Append(Words[Math.Min(rank, Vocabulary - 1)]);
        }

        return text.ToString();
    }

    private static string Word(int rank)
    {
        if (rank == 3)
            return CommonWord;
        const string consonants = "bcdfghklmnprstvz";
        const string vowels = "aeiou";
        var word = new StringBuilder();
        for (var rest = rank + 7; rest > 0; rest /= consonants.Length * vowels.Length)
            word.Append(consonants[rest % consonants.Length]).Append(vowels[rest / consonants.Length % vowels.Length]);
        return word.ToString();
    }
}

using System.Text.Json;
using EvalMarket.Core.Market.Submissions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Market.Judging;

/// <summary>
/// A jury of language models: each juror is asked on its own, and what more than half of all of them say is the verdict. Without such a majority, also because jurors could not be asked, there is
/// none, and the seller gives it. What each said, why, and what it cost is kept with the verdict.
/// </summary>
internal sealed partial class LlmJury(ChatEndpoint endpoint, IOptions<JudgeOptions> options, TimeProvider time, ILogger<LlmJury> logger) : ISemanticJudge, IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim atOnce = new(options.Value.AtOnce);

    public bool IsConfigured => !string.IsNullOrWhiteSpace(options.Value.BaseUrl);

    public async Task<SemanticVerdict?> JudgeAsync(SemanticQuestion question, CancellationToken cancellationToken)
    {
        if (!IsConfigured)
            return null;

        var notes = await Task.WhenAll(Enumerable.Range(1, options.Value.Jurors).Select(juror => AskAsync(juror, question, cancellationToken)));
        var passed = notes.Count(note => note.Verdict == "pass");
        var failed = notes.Count(note => note.Verdict == "fail");
        var decision = passed * 2 > notes.Length ? "pass" : failed * 2 > notes.Length ? "fail" : null;
        var (asked, answered) = (notes.Sum(note => note.PromptTokens), notes.Sum(note => note.CompletionTokens));
        var all = new JuryNotes(
            options.Value.Model!, decision, passed == notes.Length || failed == notes.Length, passed, failed, notes.Length - passed - failed, notes, asked, answered, Cost(asked, answered));
        return new SemanticVerdict(decision switch { "pass" => 100, "fail" => 0, _ => null }, JsonSerializer.Serialize(all, ChatJson.Default.JuryNotes));
    }

    public void Dispose() => atOnce.Dispose();

    private decimal? Cost(long asked, long answered) => options.Value is { PromptPrice: 0, CompletionPrice: 0 } ? null
        : ((asked * options.Value.PromptPrice) + (answered * options.Value.CompletionPrice)) / 1_000_000;

    private async Task<JurorNote> AskAsync(int juror, SemanticQuestion question, CancellationToken cancellationToken)
    {
        await atOnce.WaitAsync(cancellationToken);
        try
        {
            var note = new JurorNote(juror, null, null, null, 0, 0, 0);
            List<ChatMessage> messages = [new("system", JuryPrompt.System), new("user", JuryPrompt.Question(question))];
            while (true)
            {
                var outcome = await endpoint.AskAsync(messages, cancellationToken);
                note = note with
                {
                    Attempts = note.Attempts + 1,
                    PromptTokens = note.PromptTokens + Math.Max(0, outcome.Usage?.PromptTokens ?? 0),
                    CompletionTokens = note.CompletionTokens + Math.Max(0, outcome.Usage?.CompletionTokens ?? 0),
                };
                if (outcome.Problem is null && JurorVerdict.Read(outcome.Content) is { } verdict)
                    return note with { Verdict = verdict.Passed ? "pass" : "fail", Rationale = verdict.Rationale };

                var problem = outcome.Problem ?? "The answer was not the JSON object that was asked for.";
                if (!outcome.IsTransient || note.Attempts >= options.Value.Attempts || outcome.RetryAfter > LongestPause)
                {
                    Log.NoVerdict(logger, juror, note.Attempts, problem);
                    return note with { Problem = problem };
                }

                await Task.Delay(Pause(note.Attempts, outcome), time, cancellationToken);
            }
        }
        finally
        {
            atOnce.Release();
        }
    }

    /// <summary>As long as the endpoint wants; else a second, twice as long each time, give or take a quarter so that jurors do not come back together. Nothing failed where only the answer was no verdict.</summary>
    private static TimeSpan Pause(int attempts, ChatOutcome outcome)
    {
        if (outcome.RetryAfter is { } wanted)
            return wanted > TimeSpan.Zero ? wanted : TimeSpan.Zero;
        if (outcome.Problem is null)
            return TimeSpan.Zero;
        var pause = FirstPause * Math.Pow(2, attempts - 1) * (0.75 + (Random.Shared.NextDouble() / 2));
        return pause < LongestPause ? pause : LongestPause;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Juror {Juror} gave no verdict after {Attempts} attempts: {Problem}")]
        public static partial void NoVerdict(ILogger logger, int juror, int attempts, string problem);
    }
}

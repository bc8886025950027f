using System.Text.Json;
using EvalMarket.Core.Market.Vaults;
using EvalMarket.Formats.Ids;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Web.Tests.Market;

/// <summary>Grading with a jury, from the responses to the score.</summary>
public sealed class JuryGradingTests
{
    private const int Count = 6;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_grading_that_was_cut_off_asks_only_for_the_verdicts_that_it_lacks_and_counts_their_cost_once()
    {
        var isStuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isWell = false;
        await using var judge = await JudgeServer.StartAsync(call =>
        {
            if (isWell || !call.User.Contains("Question 3", StringComparison.Ordinal))
                return JudgeReply.Verdict(passes: !call.User.Contains("Question 1", StringComparison.Ordinal));
            isStuck.TrySetResult();
            return JudgeReply.Silence;
        });
        await using var app = await TestApp.StartAsync(new Dictionary<string, string>
        {
            ["Judge:BaseUrl"] = judge.BaseUrl, ["Judge:Model"] = "judge-1", ["Judge:Jurors"] = "1", ["Judge:PromptPrice"] = "2", ["Judge:CompletionPrice"] = "10",
        });
        var slug = await app.Data.WorkspaceAsync();
        var key = (await app.Data.KeyAsync(slug)).Secret;
        using var seller = new MarketWorkspace(new ApiWorkspace(slug, app.Client(key)));
        var tasks = $"[{string.Join(',', Enumerable.Range(0, Count).Select(number => $$"""{"task_id":"t{{number}}","task_prompt":"Say {{number}}","reference_file":""}"""))}]";
        var answers = $"[{string.Join(',', Enumerable.Range(0, Count).Select(number =>
            $$"""{"task_id":"t{{number}}","answer":"{{number}}","passThreshold":100,"criteria":[{"id":"c","name":"Says it","type":"semantic","description":"Says it","semanticPrompt":"Question {{number}}","weight":100}]}"""))}]";
        var listing = await seller.ListAsync((await seller.BundleAsync(tasks, answers)).GetProperty("id").GetString()!);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/listings/{listing}/submissions")
        {
            Content = ApiWorkspace.Json(JsonSerializer.Serialize(Enumerable.Range(0, Count).Select(number => new { task_id = $"t{number}", model_response = $"It is {number}." }))),
        };
        request.Headers.Add("Prefer", "respond-async");
        using var accepted = await seller.Api.Http.SendAsync(request, Cancel);

        await isStuck.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        // Tasks are judged side by side: all the others have their verdicts.
        while (KeptOneByOne(app, slug).Count() < Count - 1)
            await Task.Delay(20, Cancel);

        isWell = true;
        await app.RestartAsync();

        using var again = new ApiWorkspace(slug, app.Client(key));
        var job = await again.JobEndAsync(accepted.Headers.Location!.ToString());
        Assert.Equal("completed", job.GetProperty("status").GetString());
        Assert.Equal(83.33m, job.GetProperty("result").GetProperty("score").GetDecimal());
        var asked = judge.Calls.Select(call => Enumerable.Range(0, Count).Single(number => call.User.Contains($"Question {number}", StringComparison.Ordinal))).ToList();
        Assert.Equal([0, 1, 2, 3, 3, 4, 5], asked.Order());
        var costs = await CostsAsync(app, slug, SubmissionId.FromTrusted(job.GetProperty("result").GetProperty("id").GetString()!));
        Assert.Equal(Count, costs.Count);
        Assert.Equal(Count * ((100 * 2m) + (10 * 10m)) / 1_000_000, costs.Sum());
        // What was kept one by one is in the one file now.
        Assert.Empty(KeptOneByOne(app, slug));
    }

    private static IEnumerable<string> KeptOneByOne(TestApp app, string slug) =>
        Directory.EnumerateDirectories(Path.Combine(app.DataDirectory, "files", "vault", slug), "sub_*", SearchOption.AllDirectories).SelectMany(Directory.EnumerateFiles);

    private static Task<List<decimal>> CostsAsync(TestApp app, string slug, SubmissionId submission) => app.InWorkspaceAsync(slug, async services =>
    {
        var bundle = (await services.GetRequiredService<Core.Market.Bundles.BundleStore>().ListAsync(null, 1, Cancel))[0].Id;
        var notes = await services.GetRequiredService<Vault>().ReadNotesAsync(slug, bundle, submission, "test", Cancel);
        return notes.Select(note => JsonElement.Parse(note.Json!).GetProperty("cost").GetDecimal()).ToList();
    });
}

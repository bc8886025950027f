using System.Net;
using System.Text.Json;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Formats.Ids;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Web.Tests.Market;

/// <summary>Sending responses, within a quota, and what comes back.</summary>
public sealed class SubmissionTests(TestApp app) : IClassFixture<TestApp>
{
    private const string Right = """[{"task_id":"sum","model_response":"It is easy.\nAnswer: 42"},{"task_id":"capital","model_response":"Paris"}]""";
    private const string Half = """[{"task_id":"sum","model_response":"Answer: 41"}]""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Responses_are_scored_and_shown_as_far_as_the_seller_reveals()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        using var buyer = await MarketWorkspace.OpenAsync(app);
        var criterion = await seller.PublishAsync();
        var bundle = (await seller.Api.GetAsync("/api/bundles")).GetProperty("items")[0].GetProperty("id").GetString()!;
        var task = await seller.ListAsync(bundle);
        await seller.Api.PatchAsync($"/api/listings/{task}", """{"reveal":"task"}""");
        var overall = await seller.ListAsync(bundle);
        await seller.Api.PatchAsync($"/api/listings/{overall}", """{"reveal":"overall"}""");

        var all = await buyer.SubmitAsync(criterion, Right);
        var half = await buyer.SubmitAsync(criterion, Half);
        var tasks = await buyer.SubmitAsync(task, Half);
        var score = await buyer.SubmitAsync(overall, Half);

        Assert.Equal(("completed", 100m, 1m), (all.GetProperty("status").GetString(), all.GetProperty("score").GetDecimal(), all.GetProperty("pass_rate").GetDecimal()));
        Assert.Equal((15m, 0m), (half.GetProperty("score").GetDecimal(), half.GetProperty("pass_rate").GetDecimal()));
        var first = half.GetProperty("tasks")[0];
        Assert.Equal(("sum", 30m, false, "graded"), (first.GetProperty("task_id").GetString(), first.GetProperty("score").GetDecimal(), first.GetProperty("passed").GetBoolean(), first.GetProperty("status").GetString()));
        Assert.Equal([0m, 100m], first.GetProperty("criteria").EnumerateArray().Select(one => one.GetProperty("score").GetDecimal()));
        Assert.Equal("missing", half.GetProperty("tasks")[1].GetProperty("status").GetString());
        Assert.False(tasks.GetProperty("tasks")[0].TryGetProperty("criteria", out _));
        Assert.False(score.TryGetProperty("tasks", out _));
        var id = half.GetProperty("id").GetString();
        Assert.Equal(half.ToString(), (await buyer.Api.GetAsync($"/api/submissions/{id}")).ToString());
        await seller.Api.GetAsync($"/api/submissions/{id}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Everything_wrong_with_responses_is_said_and_counts_nothing()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        using var buyer = await MarketWorkspace.OpenAsync(app);
        var slug = await seller.PublishAsync();

        var problem = await buyer.SubmitAsync(slug, """[{"task_id":"sum"},{"task_id":"nowhere","model_response":"x"},{"task_id":"capital","model_response":"x"},{"task_id":"capital","model_response":"y"}]""", HttpStatusCode.UnprocessableEntity);
        await buyer.SubmitAsync(slug, "{}", HttpStatusCode.UnprocessableEntity);

        Assert.Equal(["/0", "/1/task_id", "/3/task_id"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(0, (await buyer.Api.GetAsync($"/api/listings/{slug}/quota")).GetProperty("used").GetInt32());
        Assert.Empty((await buyer.Api.GetAsync("/api/submissions")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task The_quota_holds_however_many_come_at_once_and_for_the_seller_too()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        using var buyer = await MarketWorkspace.OpenAsync(app);
        var slug = await seller.PublishAsync();
        await seller.Api.PatchAsync($"/api/listings/{slug}", """{"quota":3}""");

        foreach (var workspace in new[] { buyer, seller })
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => workspace.Api.Http.PostAsync($"/api/listings/{slug}/submissions", ApiWorkspace.Json(Right), Cancel)));

            Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
            Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.Created), answer =>
            {
                Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
                Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromDays(29), TimeSpan.FromDays(30));
            });
            Assert.Equal(0, (await workspace.Api.GetAsync($"/api/listings/{slug}/quota")).GetProperty("left").GetInt32());
        }
    }

    [Fact]
    public async Task A_job_grades_what_does_not_wait_and_the_leaderboard_shows_who_wants_to_be_on_it()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        using var buyer = await MarketWorkspace.OpenAsync(app);
        var slug = await seller.PublishAsync();

        var job = await buyer.Api.RunJobAsync($"/api/listings/{slug}/submissions?model=quill-2", ApiWorkspace.Json(Right));
        var id = job.GetProperty("result").GetProperty("id").GetString();
        Assert.Equal("completed", job.GetProperty("status").GetString());
        Assert.Empty((await buyer.Api.GetAsync($"/api/listings/{slug}/leaderboard")).GetProperty("items").EnumerateArray());
        await buyer.Api.PatchAsync($"/api/submissions/{id}", """{"leaderboard":"Lantern Labs"}""");
        await buyer.SubmitAsync($"{slug}", Half);

        var entry = Assert.Single((await buyer.Api.GetAsync($"/api/listings/{slug}/leaderboard")).GetProperty("items").EnumerateArray().ToList());
        Assert.Equal(("Lantern Labs", "quill-2", 100m), (entry.GetProperty("name").GetString(), entry.GetProperty("model").GetString(), entry.GetProperty("score").GetDecimal()));
        var listing = await buyer.Api.GetAsync($"/api/listings/{slug}");
        Assert.Equal((2, 100m), (listing.GetProperty("runs").GetInt32(), listing.GetProperty("best_score").GetDecimal()));
    }

    [Fact]
    public async Task A_criterion_without_a_judge_waits_for_the_seller()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        using var buyer = await MarketWorkspace.OpenAsync(app);
        var slug = await seller.PublishAsync(answers: MarketWorkspace.Answers.Replace(
            "\"type\":\"lexical\",\"description\":\"The capital\"", "\"type\":\"semantic\",\"semanticPrompt\":\"Is it Paris?\",\"description\":\"The capital\"", StringComparison.Ordinal));

        var pending = await buyer.SubmitAsync(slug, Right);
        Assert.Equal(("pending", JsonValueKind.Null), (pending.GetProperty("status").GetString(), pending.GetProperty("score").ValueKind));
        var id = SubmissionId.FromTrusted(pending.GetProperty("id").GetString()!);
        var refused = await app.InWorkspaceAsync(buyer.Slug, async services => (await VerdictsOf(services).SetAsync(id, Verdict(100), Cancel))?.Code ?? "decided");
        Assert.Equal("not_found", refused);

        Assert.True(await app.InWorkspaceAsync(seller.Slug, async services => await VerdictsOf(services).SetAsync(id, Verdict(50), Cancel) is null));

        var graded = await buyer.Api.GetAsync($"/api/submissions/{id}");
        Assert.Equal(("completed", 75m), (graded.GetProperty("status").GetString(), graded.GetProperty("score").GetDecimal()));
    }

    private static SubmissionVerdicts VerdictsOf(IServiceProvider services) => services.GetRequiredService<SubmissionVerdicts>();

    private static Dictionary<(string, string), decimal> Verdict(decimal score) => new() { [("capital", "c3")] = score };
}

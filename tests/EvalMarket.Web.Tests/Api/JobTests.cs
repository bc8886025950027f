using System.Net;
using System.Text.Json;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;
using static EvalMarket.Web.Tests.Api.ApiWorkspace;

namespace EvalMarket.Web.Tests.Api;

public sealed class JobTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task Jobs_are_listed_newest_first_and_page_by_page()
    {
        using var workspace = await OpenAsync(app);
        for (var i = 0; i < 3; i++)
            await workspace.RunJobAsync("/api/sessions", Json(Session($"s{i}")));

        var first = await workspace.GetAsync("/api/jobs?limit=2");
        var second = await workspace.GetAsync($"/api/jobs?limit=2&cursor={first.GetProperty("next_cursor").GetString()}");

        var ids = first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).Select(job => job.GetProperty("id").GetString()!).ToList();
        Assert.Equal(3, ids.Count);
        Assert.Equal(ids.OrderDescending(StringComparer.Ordinal), ids);
    }

    [Fact]
    public async Task A_job_that_has_ended_stays_as_it_is_when_it_is_cancelled()
    {
        using var workspace = await OpenAsync(app);
        var job = await workspace.RunJobAsync("/api/sessions", Json(Session("a")));

        using var answer = await workspace.Http.DeleteAsync($"/api/jobs/{job.GetProperty("id").GetString()}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("completed", (await workspace.GetAsync($"/api/jobs/{job.GetProperty("id").GetString()}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_job_of_another_workspace_is_as_if_it_never_was()
    {
        using var theirs = await OpenAsync(app);
        using var ours = await OpenAsync(app);
        var job = await theirs.RunJobAsync("/api/sessions", Json(Session("a")));
        var id = job.GetProperty("id").GetString();

        var foreign = await ours.GetAsync($"/api/jobs/{id}", HttpStatusCode.NotFound);
        var never = await ours.GetAsync("/api/jobs/job_01h455vb4pex5vsknk084sn02q", HttpStatusCode.NotFound);

        Assert.Equal(never.GetRawText(), foreign.GetRawText());
        await ours.SendAsync(HttpMethod.Delete, $"/api/jobs/{id}", "", HttpStatusCode.NotFound);
        Assert.Empty((await ours.GetAsync("/api/jobs")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Errors_of_a_job_are_a_csv_file_whether_it_failed_or_took_what_was_good()
    {
        using var workspace = await OpenAsync(app);
        const string bad = """{"external_id":"b","messages":[{"role":"robot","content":"x"}]}""";

        var partly = await workspace.RunJobAsync("/api/sessions", Json($$"""{"sessions":[{{Session("a")}},{{bad}}]}"""));
        var failed = await workspace.RunJobAsync("/api/sessions", Json($$"""{"sessions":[{{bad}},{{bad.Replace("\"b\"", "\"c\"", StringComparison.Ordinal)}}]}"""));
        var good = await workspace.RunJobAsync("/api/sessions", Json(Session("c")));

        Assert.Equal(("completed", "failed"), (partly.GetProperty("status").GetString(), failed.GetProperty("status").GetString()));
        var lines = await ErrorsAsync(partly);
        Assert.Equal("file,line,path,message", lines[0]);
        Assert.Contains("\"/sessions/1/messages/0/role\"", Assert.Single(lines[1..]), StringComparison.Ordinal);
        Assert.Equal(3, (await ErrorsAsync(failed)).Length);
        Assert.Single(await ErrorsAsync(good));

        using var stranger = await OpenAsync(app);
        await stranger.GetAsync($"/api/jobs/{partly.GetProperty("id").GetString()}/errors", HttpStatusCode.NotFound);

        async Task<string[]> ErrorsAsync(JsonElement job) =>
            (await workspace.Http.GetStringAsync($"/api/jobs/{job.GetProperty("id").GetString()}/errors", TestContext.Current.CancellationToken)).TrimEnd().Split("\r\n");
    }

    [Fact]
    public async Task A_key_that_may_only_read_cannot_cancel()
    {
        using var workspace = await OpenAsync(app, ApiKeyScopes.Read);

        await workspace.SendAsync(HttpMethod.Delete, "/api/jobs/job_01h455vb4pex5vsknk084sn02q", "", HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_running_import_can_be_cancelled_and_what_it_had_committed_stays()
    {
        using var workspace = await OpenAsync(app);
        var lines = string.Join('\n', Enumerable.Range(0, 30_000).Select(i => Session($"s{i}")));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/sessions") { Content = new StringContent(lines, System.Text.Encoding.UTF8, "application/x-ndjson") };
        request.Headers.Add("Prefer", "respond-async");
        using var answer = await workspace.Http.SendAsync(request);
        var location = answer.Headers.Location!.ToString();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await workspace.GetAsync(location)).GetProperty("done").GetInt64() == 0)
            await Task.Delay(10, patience.Token);

        using var cancelled = await workspace.Http.DeleteAsync(location);
        var job = await workspace.JobEndAsync(location);

        Assert.Equal("cancelled", job.GetProperty("status").GetString());
        Assert.InRange(job.GetProperty("done").GetInt64(), 1, job.GetProperty("total").GetInt64() - 1);
        Assert.NotEmpty(await workspace.ListAsync(""));
    }
}

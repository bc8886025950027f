using System.Net;
using AngleSharp.Html.Parser;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Api;
using EvalMarket.Web.Tests.Sessions;

namespace EvalMarket.Web.Tests.Bundles;

/// <summary>Bundles that are too large for a request to wait for their validation.</summary>
public sealed class LargeBundleTests(LargeBundleTests.SmallRequests app) : IClassFixture<LargeBundleTests.SmallRequests>
{
    private const int Count = 2_000;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Errors_of_large_files_stay_at_the_upload_with_links_to_their_places_and_can_be_mended()
    {
        using var pages = await SessionPages.OpenAsync(app);
        using var form = new MultipartFormDataContent { { new StringContent(Tasks()), "file", "tasks.json" }, { new StringContent(Answers(wrong: Count - 2)), "file", "answers.json" } };
        using var sent = await pages.Browser.PostAsync($"/w/{pages.Slug}/bundles/new", form, Now);
        var href = sent.Headers.Location!.ToString();
        Assert.Contains("checked by a job", await GetAsync(pages, href), StringComparison.Ordinal);

        Assert.Equal("failed", await KeepAsync(pages, href));

        var page = await new HtmlParser().ParseDocumentAsync(await GetAsync(pages, href));
        var place = page.QuerySelector("td a[href*='part=answers']")!.GetAttribute("href")!;
        Assert.Contains("they sum to 99", page.Body!.TextContent, StringComparison.Ordinal);
        var viewer = await new HtmlParser().ParseDocumentAsync(await GetAsync(pages, place));
        var line = viewer.QuerySelector("tr.is-place")!;
        Assert.Equal(place.Split('#')[1], line.Id);
        Assert.Contains($"\"task_id\":\"t{Count - 2}\"", line.TextContent, StringComparison.Ordinal);

        using var mended = new MultipartFormDataContent { { new StringContent(Answers(wrong: -1)), "file", "answers.json" } };
        using (await pages.Browser.PostAsync($"{href}?handler=files", mended, Now))
            Assert.DoesNotContain("they sum to 99", await GetAsync(pages, href), StringComparison.Ordinal);
        Assert.Equal("completed", await KeepAsync(pages, href));
        Assert.Contains("2,000 tasks", await GetAsync(pages, $"/w/{pages.Slug}/bundles/{href.Split('/')[4]}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_gets_a_job_whose_result_is_the_bundle_and_what_is_refused_leaves_nothing()
    {
        using var api = await ApiWorkspace.OpenAsync(app);
        using var good = new MultipartFormDataContent { { new StringContent("Large"), "name" }, { new StringContent(Tasks()), "tasks", "tasks.json" }, { new StringContent(Answers(wrong: -1)), "answers", "answers.json" } };
        var job = await api.RunJobAsync("/api/bundles", good);
        Assert.Equal(("completed", Count), (job.GetProperty("status").GetString(), job.GetProperty("result").GetProperty("task_count").GetInt32()));
        var id = job.GetProperty("result").GetProperty("id").GetString();
        Assert.Equal(Tasks(), await api.Http.GetStringAsync($"/api/bundles/{id}/tasks.json", Now));
        var kept = Files(api.Slug);

        using var bad = new MultipartFormDataContent { { new StringContent(Tasks()), "tasks", "tasks.json" }, { new StringContent(Answers(wrong: 7)), "answers", "answers.json" } };
        job = await api.RunJobAsync("/api/bundles", bad);

        Assert.Equal("failed", job.GetProperty("status").GetString());
        Assert.Equal("/7/criteria", Assert.Single(job.GetProperty("errors").EnumerateArray().ToList()).GetProperty("path").GetString());
        Assert.Equal(kept, Files(api.Slug));
    }

    [Fact]
    public async Task Tasks_of_more_than_the_bytes_of_a_request_are_taken_by_an_app_with_the_usual_limits()
    {
        await using var usual = await TestApp.StartAsync(new Dictionary<string, string>());
        using var api = await ApiWorkspace.OpenAsync(usual);
        var tasks = Tasks().Replace(new string('x', 100), new string('x', 20_000), StringComparison.Ordinal);
        Assert.True(tasks.Length > 33_554_432);
        using var form = new MultipartFormDataContent { { new StringContent("Large"), "name" }, { new StringContent(tasks), "tasks", "tasks.json" }, { new StringContent(Answers(wrong: -1)), "answers", "answers.json" } };

        // Nobody asked for a job.
        using var accepted = await api.Http.PostAsync("/api/bundles", form, Now);

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var job = await api.JobEndAsync(accepted.Headers.Location!.ToString());
        Assert.Equal(("completed", Count), (job.GetProperty("status").GetString(), job.GetProperty("result").GetProperty("task_count").GetInt32()));
        Assert.Equal(tasks, await api.Http.GetStringAsync($"/api/bundles/{job.GetProperty("result").GetProperty("id").GetString()}/tasks.json", Now));
    }

    private static string Tasks() => $"[{string.Join(",\n", Enumerable.Range(0, Count).Select(number => $$"""{"task_id":"t{{number}}","task_prompt":"What is {{number}} plus {{number}}? {{new string('x', 100)}}","reference_file":""}"""))}]";

    private static string Answers(int wrong) => $"[{string.Join(",\n", Enumerable.Range(0, Count).Select(number =>
        $$"""{"task_id":"t{{number}}","answer":{{number * 2}},"reference_file":"","passThreshold":100,"criteria":[{"id":"c","name":"Sum","type":"numeric","description":"","weight":{{(number == wrong ? 99 : 100)}}}]}"""))}]";

    private async Task<string?> KeepAsync(SessionPages pages, string href)
    {
        using var answer = await pages.Browser.PostAsync($"{href}?handler=keep", new FormUrlEncodedContent([KeyValuePair.Create("name", "Large")]), Now);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        using var api = new ApiWorkspace(pages.Slug, app.Client((await app.Data.KeyAsync(pages.Slug)).Secret));
        return (await api.JobEndAsync($"/api/jobs/{answer.Headers.Location!.ToString().Split('/')[^1]}")).GetProperty("status").GetString();
    }

    private static async Task<string> GetAsync(SessionPages pages, string href)
    {
        using var answer = await pages.Browser.GetAsync(href, Now);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Now);
    }

    private List<string> Files(string slug)
    {
        var root = Path.Combine(app.DataDirectory, "files");
        return [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => file.StartsWith($"w/{slug}/bundles", StringComparison.Ordinal) || file.StartsWith($"vault/{slug}/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <summary>An app in which little is large already.</summary>
    public sealed class SmallRequests() : TestApp(new Dictionary<string, string> { ["Limits:SyncBytes"] = "100000" });
}

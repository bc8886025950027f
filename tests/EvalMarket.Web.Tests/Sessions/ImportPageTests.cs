using System.Net;
using System.Text;
using AngleSharp.Html.Parser;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Sessions;

public sealed class ImportPageTests(TestApp app) : IClassFixture<TestApp>
{
    private const string ClaudeCode =
        """
        {"type":"user","sessionId":"0f9c2c1e-6a53-4a3e-9e0c-5b1f3a7d2b10","uuid":"a1","parentUuid":null,"timestamp":"2026-02-01T10:00:00.000Z","cwd":"/home/mei/ledger","version":"2.0.1","isSidechain":false,"userType":"external","message":{"role":"user","content":"Why is the total wrong?"}}
        {"type":"assistant","sessionId":"0f9c2c1e-6a53-4a3e-9e0c-5b1f3a7d2b10","uuid":"a2","parentUuid":"a1","timestamp":"2026-02-01T10:00:05.000Z","cwd":"/home/mei/ledger","version":"2.0.1","isSidechain":false,"userType":"external","message":{"id":"m1","role":"assistant","model":"claude-sonnet-4-5","content":[{"type":"text","text":"It rounds twice."}],"usage":{"input_tokens":10,"output_tokens":5}}}

        """;

    [Fact]
    public async Task A_file_of_claude_code_becomes_a_session_that_can_be_opened_and_marked()
    {
        using var pages = await SessionPages.OpenAsync(app);

        using var answer = await UploadAsync(pages, isFragment: true, ("session.jsonl", ClaudeCode));

        var line = new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync()).QuerySelector("li.file")!;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("1 session new", line.TextContent, StringComparison.Ordinal);
        var session = line.QuerySelector("a[href*='/sessions/ses_']")!.GetAttribute("href")!;
        Assert.Contains("It rounds twice.", (await pages.GetAsync(session[$"/w/{pages.Slug}".Length..])).Body!.TextContent, StringComparison.Ordinal);
        var form = line.QuerySelector("form")!;
        using var marked = await pages.Browser.PostAsync(form.GetAttribute("action"), new FormUrlEncodedContent(
            form.QuerySelectorAll("input").Select(input => KeyValuePair.Create(input.GetAttribute("name")!, input.GetAttribute("value")!))));
        Assert.Single(SessionPages.Titles(await pages.GetAsync("/evals")));
    }

    [Fact]
    public async Task Several_files_come_in_one_form_without_scripts_and_bad_ones_say_why()
    {
        using var pages = await SessionPages.OpenAsync(app);

        using var answer = await UploadAsync(pages, isFragment: false, ("good.jsonl", ClaudeCode), ("bad.bin", "\u0000\u0001 nothing of ours"));

        var page = new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
        var lines = page.QuerySelectorAll("li.file").ToList();
        Assert.Equal(2, lines.Count);
        Assert.Contains("read", lines[0].QuerySelector(".file-side")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("refused", lines[1].QuerySelector(".file-side")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("html"));
    }

    [Fact]
    public async Task A_large_file_becomes_a_job_whose_page_shows_the_result()
    {
        await using var small = await TestApp.StartAsync(new Dictionary<string, string> { ["Limits:SyncBytes"] = "200" });
        using var pages = await SessionPages.OpenAsync(small);

        using var answer = await UploadAsync(pages, isFragment: true, ("session.jsonl", ClaudeCode));

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var href = new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync()).QuerySelector(".job a")!.GetAttribute("href")!;
        var path = href[$"/w/{pages.Slug}".Length..];
        var page = await pages.GetAsync(path);
        for (var tries = 0; page.QuerySelector("[data-job-state=completed]") is null && tries < 100; tries++)
        {
            await Task.Delay(100);
            page = await pages.GetAsync(path);
        }

        Assert.Contains("1 session new", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("a[href*='/sessions/ses_']"));
        Assert.Contains("Import of session.jsonl", (await pages.GetAsync("/jobs")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_cannot_import()
    {
        using var pages = await SessionPages.OpenAsync(app, WorkspaceRole.Viewer);

        using var answer = await UploadAsync(pages, isFragment: true, ("session.jsonl", ClaudeCode));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> UploadAsync(SessionPages pages, bool isFragment, params IReadOnlyList<(string Name, string Content)> files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, content) in files)
        {
            form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "file", name);
        }

        // Multipart knows its length, as a browser's does.
        await form.LoadIntoBufferAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/w/{pages.Slug}/sessions/import") { Content = form };
        if (isFragment)
        {
            request.Headers.Add("HX-Request", "true");
        }

        return await pages.Browser.SendAsync(request);
    }
}

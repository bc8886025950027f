using System.IO.Compression;
using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
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

    private const string OpenAi = """{"messages":[{"role":"user","content":"2+2"},{"role":"assistant","content":"4"}]}""";

    [Fact]
    public async Task Files_are_looked_through_shown_and_only_then_imported()
    {
        using var pages = await SessionPages.OpenAsync(app);

        var (href, page) = await UploadAsync(pages, ("project/session.jsonl", ClaudeCode), ("project/sums.jsonl", $"{OpenAi}\nnonsense\n"));

        var text = page.Body!.TextContent;
        Assert.Contains("project/session.jsonl", text, StringComparison.Ordinal);
        Assert.Contains("Claude Code", text, StringComparison.Ordinal);
        Assert.Contains("Line 2", text, StringComparison.Ordinal);
        Assert.Contains("Why is the total wrong?", text, StringComparison.Ordinal);
        Assert.Contains("1 Feb 2026", text, StringComparison.Ordinal);
        Assert.StartsWith("Import 2 sessions", ImportButton(page)!.TextContent.Trim(), StringComparison.Ordinal);
        Assert.Empty(SessionPages.Titles(await pages.GetAsync("/sessions")));

        var result = await ImportAsync(pages, page);
        Assert.Contains("2 sessions new, 1 error", result.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, SessionPages.Titles(await pages.GetAsync("/sessions")).Count);
        Assert.DoesNotContain("project/", (await pages.GetAsync("/sessions/import")).Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Open the 2 new sessions", (await GetAsync(pages, href)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_imported_can_be_opened_and_marked()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var (_, page) = await UploadAsync(pages, ("session.jsonl", ClaudeCode));

        var result = await ImportAsync(pages, page);

        var session = result.QuerySelector("main a[href*='/sessions/ses_']")!.GetAttribute("href")!;
        Assert.Contains("It rounds twice.", (await GetAsync(pages, session)).Body!.TextContent, StringComparison.Ordinal);
        var form = result.QuerySelector("main form[action*=bulk]")!;
        using var marked = await SendAsync(pages, form);
        Assert.Single(SessionPages.Titles(await pages.GetAsync("/evals")));
    }

    [Fact]
    public async Task The_way_on_leads_to_what_is_new_and_stays_with_it()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var (_, first) = await UploadAsync(pages, ("sums.jsonl", OpenAi));
        await ImportAsync(pages, first);
        var (_, page) = await UploadAsync(pages, ("session.jsonl", ClaudeCode), ("sums.jsonl", OpenAi));

        var result = await ImportAsync(pages, page);

        var list = await GetAsync(pages, result.QuerySelector("main a[href*='/sessions?import=job_']")!.GetAttribute("href")!);
        Assert.Equal(["Why is the total wrong?"], SessionPages.Titles(list));
        var chip = list.QuerySelectorAll(".chip").Single();
        Assert.Matches("^Imported [0-9]+ [A-Z][a-z]+ [0-9]{4}, [0-9:]{5} UTC: 1 session$", chip.TextContent.Trim());
        Assert.NotNull(list.QuerySelector("#list-state input[name=import]"));
        Assert.Equal($"/w/{pages.Slug}/sessions", chip.QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("import=job_", list.QuerySelector("[data-select]")!.GetAttribute("action")!, StringComparison.Ordinal);
        using var label = await pages.Browser.GetAsync(result.QuerySelector("main a[href*='unlabelled?import=']")!.GetAttribute("href"));
        Assert.Matches("/sessions/ses_[a-z0-9]+[?]import=job_", label.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_second_click_and_a_reload_import_nothing_twice()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var (_, page) = await UploadAsync(pages, ("sums.jsonl", OpenAi));

        await Task.WhenAll(ImportAsync(pages, page), ImportAsync(pages, page));
        await ImportAsync(pages, page);

        Assert.Single(SessionPages.Titles(await pages.GetAsync("/sessions")));
        Assert.Single((await pages.GetAsync("/jobs")).QuerySelectorAll(".job"));
    }

    [Fact]
    public async Task Sessions_that_are_here_already_are_said_to_be()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await ImportAsync(pages, (await UploadAsync(pages, ("session.jsonl", ClaudeCode))).Page);

        var (_, page) = await UploadAsync(pages, ("session.jsonl", ClaudeCode));

        Assert.Contains("One of these sessions is here already.", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("1 unchanged", (await ImportAsync(pages, page)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_which_nothing_can_be_read_say_why_and_offer_no_import()
    {
        using var pages = await SessionPages.OpenAsync(app);

        var (_, page) = await UploadAsync(pages, ("bad.bin", "\u0000\u0001 nothing of ours"), ("page.html", "<!DOCTYPE html><html></html>"));

        Assert.Null(ImportButton(page));
        Assert.Contains("There is no session in these files.", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("HTML", page.QuerySelectorAll("li.file").Single(line => line.TextContent.Contains("page.html", StringComparison.Ordinal)).TextContent, StringComparison.Ordinal);
        Assert.Equal(2, page.QuerySelectorAll("li.file .file-side").Count(side => side.TextContent.Contains("refused", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task All_errors_can_be_downloaded_as_csv_and_as_json_lines()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var (href, page) = await UploadAsync(pages, ("=sums.jsonl", OpenAi + "\n" + string.Concat(Enumerable.Repeat("nonsense\n", 30))));

        var csv = await pages.Browser.GetStringAsync($"{href}?handler=errors");
        var lines = await pages.Browser.GetStringAsync($"{href}?handler=errors&as=jsonl");

        Assert.Contains("and 20 more", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(31, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("\"'=sums.jsonl\",2,", csv, StringComparison.Ordinal);
        Assert.Equal(30, lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Scripts_send_files_in_batches_and_then_ask_what_was_found()
    {
        using var pages = await SessionPages.OpenAsync(app);
        using var begun = await pages.Browser.PostAsync($"/w/{pages.Slug}/sessions/import?handler=draft", null);
        var href = begun.Headers.Location!.ToString();

        using var first = await SendFilesAsync(pages, $"{href}?handler=files&batch=a1", ("folder/a.jsonl", ClaudeCode));
        using var second = await SendFilesAsync(pages, $"{href}?handler=files&batch=a2", ("folder/b.jsonl", OpenAi));
        using var wrong = await SendFilesAsync(pages, $"{href}?handler=files&batch=../x", ("c.jsonl", OpenAi));
        var before = await GetAsync(pages, href);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{href}?handler=check");
        request.Headers.Add("HX-Request", "true");
        using var check = await pages.Browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.Created, begun.StatusCode);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent, HttpStatusCode.BadRequest), (first.StatusCode, second.StatusCode, wrong.StatusCode));
        Assert.Null(ImportButton(before));
        Assert.Equal(HttpStatusCode.NoContent, check.StatusCode);
        Assert.StartsWith("Import 2 sessions", ImportButton(await GetAsync(pages, href))!.TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zip_is_read_as_the_folder_that_it_was()
    {
        using var pages = await SessionPages.OpenAsync(app);
        using var stream = new MemoryStream();
        await using (var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, null))
        {
            foreach (var (name, content) in new[] { ("projects/a.jsonl", ClaudeCode), ("projects/b.jsonl", OpenAi), ("projects/logo.png", "\u0089PNG\u0000") })
            {
                await using var entry = await zip.CreateEntry(name).OpenAsync();
                await entry.WriteAsync(Encoding.UTF8.GetBytes(content));
            }
        }

        using var form = new MultipartFormDataContent { { new ByteArrayContent(stream.ToArray()), "file", "projects.zip" } };
        using var answer = await pages.Browser.PostAsync($"/w/{pages.Slug}/sessions/import", form);

        var page = await GetAsync(pages, answer.Headers.Location!.ToString());
        Assert.StartsWith("Import 2 sessions", ImportButton(page)!.TextContent.Trim(), StringComparison.Ordinal);
        Assert.Contains("projects.zip/projects/a.jsonl", page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_are_thrown_away_are_gone()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var (href, page) = await UploadAsync(pages, ("sums.jsonl", OpenAi));
        Assert.Contains("sums.jsonl", (await pages.GetAsync("/sessions/import")).Body!.TextContent, StringComparison.Ordinal);

        using var discarded = await SendAsync(pages, page.QuerySelector("main form[action*=discard]")!);

        using var gone = await pages.Browser.GetAsync(href);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.DoesNotContain("sums.jsonl", (await pages.GetAsync("/sessions/import")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_files_are_looked_through_and_imported_by_jobs_and_the_page_shows_how_far_they_are()
    {
        await using var small = await TestApp.StartAsync(new Dictionary<string, string> { ["Limits:SyncBytes"] = "200" });
        using var pages = await SessionPages.OpenAsync(small);

        var (href, page) = await UploadAsync(pages, ("session.jsonl", ClaudeCode));
        page = await WaitAsync(pages, href, page, shown => ImportButton(shown) is not null);

        var jobs = (await pages.GetAsync("/jobs")).Body!.TextContent;
        Assert.Contains("Check of session.jsonl", jobs, StringComparison.Ordinal);
        Assert.Contains("1 session new", (await ImportAsync(pages, page)).Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Import of session.jsonl", (await pages.GetAsync("/jobs")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_file_the_form_says_what_to_do()
    {
        using var pages = await SessionPages.OpenAsync(app);
        using var form = new MultipartFormDataContent { { new ByteArrayContent([]), "file", "\"\"" } };

        using var answer = await pages.Browser.PostAsync($"/w/{pages.Slug}/sessions/import", form);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("Choose one or more files first.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_cannot_import()
    {
        using var pages = await SessionPages.OpenAsync(app, WorkspaceRole.Viewer);

        using var answer = await SendFilesAsync(pages, $"/w/{pages.Slug}/sessions/import", ("session.jsonl", ClaudeCode));
        using var draft = await pages.Browser.GetAsync($"/w/{pages.Slug}/sessions/import/{await app.Data.ImportDraftAsync(pages.Slug)}");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (answer.StatusCode, draft.StatusCode));
        Assert.Null((await pages.GetAsync("/sessions")).QuerySelector("[data-upload]"));
    }

    private static IElement? ImportButton(IHtmlDocument page) => page.QuerySelector("main form[action*='handler=import'] button");

    /// <summary>Posts the plain form; the answer is the page of the draft.</summary>
    private static async Task<(string Href, IHtmlDocument Page)> UploadAsync(SessionPages pages, params IReadOnlyList<(string Name, string Content)> files)
    {
        using var answer = await SendFilesAsync(pages, $"/w/{pages.Slug}/sessions/import", files);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var href = answer.Headers.Location!.ToString();
        return (href, await GetAsync(pages, href));
    }

    private static async Task<HttpResponseMessage> SendFilesAsync(SessionPages pages, string address, params IReadOnlyList<(string Name, string Content)> files)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, content) in files)
        {
            form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "file", name);
        }

        return await pages.Browser.PostAsync(address, form);
    }

    /// <summary>Clicks the button, and waits for the end of the import.</summary>
    private static async Task<IHtmlDocument> ImportAsync(SessionPages pages, IHtmlDocument page)
    {
        using var answer = await SendAsync(pages, page.QuerySelector("main form[action*='handler=import']")!);
        var href = answer.Headers.Location!.ToString();
        return await WaitAsync(pages, href, await GetAsync(pages, href), shown => shown.QuerySelector("[data-job-state=completed]") is not null);
    }

    /// <summary>Opens the page again and again, as somebody would who waits for its job: ten seconds at most.</summary>
    private static async Task<IHtmlDocument> WaitAsync(SessionPages pages, string href, IHtmlDocument page, Func<IHtmlDocument, bool> isThere)
    {
        for (var tries = 0; !isThere(page) && tries < 100; tries++)
        {
            await Task.Delay(100);
            page = await GetAsync(pages, href);
        }

        return page;
    }

    private static Task<HttpResponseMessage> SendAsync(SessionPages pages, IElement form) => pages.Browser.PostAsync(
        form.GetAttribute("action"),
        new FormUrlEncodedContent(form.QuerySelectorAll("input").Select(input => KeyValuePair.Create(input.GetAttribute("name")!, input.GetAttribute("value")!))));

    private static Task<IHtmlDocument> GetAsync(SessionPages pages, string href) => pages.GetAsync(href[$"/w/{pages.Slug}".Length..]);
}

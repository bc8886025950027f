using System.Net;
using AngleSharp.Html.Parser;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Sessions;

namespace EvalMarket.Web.Tests.Evals;

public sealed class ExportPageTests(TestApp app) : IClassFixture<TestApp>
{
    [Theory]
    [InlineData("deepeval")]
    [InlineData("openai")]
    [InlineData("text")]
    public async Task The_view_and_a_selection_are_the_bytes_of_the_api(string format)
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(
            SessionPages.Session("Golden ü", ready: true, status: "golden"),
            SessionPages.Session("Wrong", ready: true, status: "incorrect"),
            SessionPages.Session("Not ready"));

        using var view = await pages.Browser.GetAsync($"/w/{pages.Slug}/evals/export?format={format}&status=golden");
        using var selection = await pages.PostAsync("/evals/export", ("format", format), ("ids", ids[1]), ("ids", ids[2]));

        Assert.Equal(await pages.Program.GetByteArrayAsync($"/api/export?format={format}&status=golden"), await view.Content.ReadAsByteArrayAsync());
        Assert.Equal(await pages.Program.GetByteArrayAsync($"/api/export?format={format}&session_ids={ids[1]}&session_ids={ids[2]}"), await selection.Content.ReadAsByteArrayAsync());
        Assert.Equal("1", Assert.Single(selection.Headers.GetValues("X-Export-Sessions")));
        Assert.Equal("attachment", view.Content.Headers.ContentDisposition!.DispositionType);
    }

    [Fact]
    public async Task The_dialog_counts_what_goes_in_and_gives_the_same_as_a_line_for_the_terminal()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("Ready", ready: true), SessionPages.Session("Not ready"));

        using var answer = await pages.PostAsync("/evals/export", ("ids", ids[0]), ("ids", ids[1]));
        var page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());

        Assert.Contains("Export 1 session", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("1 session is not marked as eval-ready and stays out", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains($"/api/export?format=deepeval&session_ids={ids[0]}&session_ids={ids[1]}", page.QuerySelector("#export-curl")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deepeval")]
    [InlineData("openai")]
    [InlineData("text")]
    public async Task The_dialog_shows_the_first_record_of_the_download_and_the_line_for_its_format(string format)
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(
            SessionPages.Session("Later", new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero), ready: true, status: "golden"),
            SessionPages.Session("First ü", new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero), question: "Is <b> \"bold\"?", ready: true, status: "golden"),
            SessionPages.Session("Other", ready: true, status: "incorrect"));

        var page = await pages.GetAsync($"/evals/export?status=golden&show={format}");

        var download = await pages.Browser.GetStringAsync($"/w/{pages.Slug}/evals/export?status=golden&format={format}");
        var record = page.QuerySelector("#export-preview")!.TextContent;
        Assert.Contains(format == "text" ? "First ü" : "Is <b>", record, StringComparison.Ordinal);
        Assert.StartsWith(format == "deepeval" ? $"[\n{record},\n" : format == "openai" ? record + "\n" : record.TrimEnd() + "\n\n## Session: Later", download, StringComparison.Ordinal);
        Assert.Contains($"/api/export?format={format}&status=golden", page.QuerySelector("#export-curl")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(format, page.QuerySelector("input[name=format][checked]")!.GetAttribute("value"));
        Assert.Contains("Label golden", page.QuerySelector(".facts")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("2, oldest first, with 2 answered turns", page.QuerySelector(".facts")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector(".loss .lost"));
    }

    [Fact]
    public async Task Another_format_is_shown_alone_when_htmx_asks_and_nothing_is_downloaded()
    {
        using var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(SessionPages.Session("One", ready: true));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/w/{pages.Slug}/evals/export?format=text&show=text") { Headers = { { "HX-Request", "true" }, { "HX-Target", "export-format" } } };

        using var answer = await pages.Browser.SendAsync(request);

        Assert.Null(answer.Content.Headers.ContentDisposition);
        var html = await answer.Content.ReadAsStringAsync();
        Assert.StartsWith("<div class=\"stack\" id=\"export-format\"", html.TrimStart(), StringComparison.Ordinal);
        Assert.Contains("## Session: One", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_record_is_cut_and_an_empty_export_says_so()
    {
        using var pages = await SessionPages.OpenAsync(app);
        Assert.Contains("the file is empty", (await pages.GetAsync("/evals/export")).QuerySelector("#export-format")!.TextContent, StringComparison.Ordinal);
        await pages.PushAsync(SessionPages.Session("Long", answer: string.Concat(Enumerable.Repeat("ü", 100_000)), ready: true));

        var page = await pages.GetAsync("/evals/export?show=openai");

        Assert.InRange(page.QuerySelector("#export-preview")!.TextContent.Length, 1_000, 3_000);
        Assert.DoesNotContain('\ufffd', page.QuerySelector("#export-preview")!.TextContent);
        Assert.Contains("It goes on", page.QuerySelector("#export-format")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_was_misread_exports_nothing()
    {
        using var pages = await SessionPages.OpenAsync(app);

        using var answer = await pages.Browser.GetAsync($"/w/{pages.Slug}/evals/export?format=deepeval&from=yesterday");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }
}

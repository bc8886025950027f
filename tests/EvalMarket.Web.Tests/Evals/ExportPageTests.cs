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

    [Fact]
    public async Task A_filter_that_was_misread_exports_nothing()
    {
        using var pages = await SessionPages.OpenAsync(app);

        using var answer = await pages.Browser.GetAsync($"/w/{pages.Slug}/evals/export?format=deepeval&from=yesterday");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }
}

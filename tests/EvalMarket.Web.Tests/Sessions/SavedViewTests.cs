using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Sessions;

public sealed class SavedViewTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task A_list_is_saved_under_a_name_and_opens_again_as_it_was()
    {
        using var pages = await FilledAsync();

        using var saved = await pages.PostAsync("/evals?status=golden&q=one&sort=title&handler=view", ("name", "  Golden ones "));

        var page = await OpenAsync(pages, saved);
        Assert.Equal("Golden ones", Current(page));
        Assert.Equal(["Golden one"], SessionPages.Titles(page));
        Assert.Equal("ascending", page.QuerySelector("th.c-title")!.GetAttribute("aria-sort"));
        Assert.DoesNotContain("Save changes", page.Body!.TextContent, StringComparison.Ordinal);
        // The other list does not have it.
        Assert.DoesNotContain("Golden ones", (await pages.GetAsync("/sessions")).QuerySelector(".views")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_view_offers_to_save_the_changes()
    {
        using var pages = await FilledAsync();
        using var saved = await pages.PostAsync("/evals?status=golden&handler=view", ("name", "Mine"));
        var view = await OpenAsync(pages, saved);

        var changed = await pages.GetAsync(Path(pages, view.QuerySelector("#sort-created")!.GetAttribute("href")!));
        var form = (IHtmlFormElement)changed.QuerySelector("#view-actions > form")!;
        Assert.Contains("Save changes", form.TextContent, StringComparison.Ordinal);
        using var updated = await pages.PostAsync(Path(pages, form.GetAttribute("action")!));

        var again = await pages.GetAsync(Path(pages, (await pages.GetAsync("/evals")).QuerySelectorAll(".views a").Single(tab => tab.TextContent.Contains("Mine", StringComparison.Ordinal)).GetAttribute("href")!));
        Assert.Equal("ascending", again.QuerySelector("th[aria-sort]")!.GetAttribute("aria-sort"));
        Assert.Null(again.QuerySelector("#view-actions > form"));
    }

    [Fact]
    public async Task A_view_is_renamed_deleted_and_brought_back()
    {
        using var pages = await FilledAsync();
        using var saved = await pages.PostAsync("/evals?status=golden&handler=view", ("name", "First"));
        var action = (await OpenAsync(pages, saved)).QuerySelector("#view-menu form")!.GetAttribute("action")!;

        using var renamed = await pages.PostAsync(Path(pages, action), ("name", "Second"));
        Assert.Equal("Second", Current(await OpenAsync(pages, renamed)));
        using var nameless = await pages.PostAsync(Path(pages, action), ("name", " "));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nameless.StatusCode);

        using var deleted = await pages.PostAsync($"{Path(pages, action)}?handler=delete");
        var without = await OpenAsync(pages, deleted);
        Assert.DoesNotContain("Second", without.QuerySelector(".views")!.TextContent, StringComparison.Ordinal);
        using var gone = await pages.Browser.GetAsync(action);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);

        var undo = (IHtmlFormElement)without.QuerySelector(".toast form")!;
        using var undone = await pages.Browser.PostAsync(undo.GetAttribute("action"), new FormUrlEncodedContent(
            undo.QuerySelectorAll("input").OfType<IHtmlInputElement>().Select(input => KeyValuePair.Create(input.Name!, input.Value))));
        var back = await OpenAsync(pages, undone);
        Assert.Equal("Second", Current(back));
        Assert.Equal(["Golden one"], SessionPages.Titles(back));
    }

    [Fact]
    public async Task Views_are_ones_own_until_they_are_shared_by_somebody_who_labels()
    {
        using var owner = await FilledAsync();
        var person = await app.Data.PersonAsync();
        await app.Data.MemberAsync(owner.Slug, person, WorkspaceRole.Viewer);
        using var viewer = new SessionPages(owner.Slug, await app.SignInAsync(person), app.Client((await app.Data.KeyAsync(owner.Slug)).Secret));
        using var mine = await owner.PostAsync("/evals?handler=view", ("name", "Private"));
        using var shared = await owner.PostAsync("/evals?status=golden&handler=view", ("name", "Common"), ("shared", "true"));

        var tabs = (await viewer.GetAsync("/evals")).QuerySelector(".views")!.TextContent;
        Assert.Contains("Common", tabs, StringComparison.Ordinal);
        Assert.DoesNotContain("Private", tabs, StringComparison.Ordinal);
        var privateAction = (await OpenAsync(owner, mine)).QuerySelector("#view-menu form")!.GetAttribute("action")!;
        using var seen = await viewer.Browser.GetAsync(privateAction);
        Assert.Equal(HttpStatusCode.NotFound, seen.StatusCode);

        var commonAction = (await OpenAsync(owner, shared)).QuerySelector("#view-menu form")!.GetAttribute("action")!;
        using var renamed = await viewer.PostAsync(Path(viewer, commonAction), ("name", "Taken"));
        Assert.Equal(HttpStatusCode.Forbidden, renamed.StatusCode);
        using var spread = await viewer.PostAsync("/evals?handler=view", ("name", "Everybody’s"), ("shared", "true"));
        Assert.DoesNotContain("Everybody’s", (await owner.GetAsync("/evals")).QuerySelector(".views")!.TextContent, StringComparison.Ordinal);
        using var kept = await viewer.PostAsync("/evals?status=golden&handler=view", ("name", "Viewer’s own"));
        Assert.Equal("Viewer’s own", Current(await OpenAsync(viewer, kept)));
    }

    private static string Current(IHtmlDocument page) => page.QuerySelector(".views a[aria-current] :is(.sr-only)") is { } hint
        ? page.QuerySelector(".views a[aria-current]")!.TextContent.Replace(hint.TextContent, "", StringComparison.Ordinal).Trim()
        : page.QuerySelector(".views a[aria-current]")!.TextContent.Trim();

    private static async Task<IHtmlDocument> OpenAsync(SessionPages pages, HttpResponseMessage redirect)
    {
        Assert.Equal(HttpStatusCode.Redirect, redirect.StatusCode);
        using var answer = await pages.Browser.GetAsync(redirect.Headers.Location);
        return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
    }

    private static string Path(SessionPages pages, string href) => href[$"/w/{pages.Slug}".Length..];

    private async Task<SessionPages> FilledAsync()
    {
        var pages = await SessionPages.OpenAsync(app);
        await pages.PushAsync(
            SessionPages.Session("Golden one", ready: true, status: "golden"),
            SessionPages.Session("Wrong one", ready: true, status: "incorrect"));
        return pages;
    }
}

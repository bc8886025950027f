using System.Text;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Accessibility;

/// <summary>What opens on the page of a session, and the pages of jobs.</summary>
public sealed class SessionPartTests(TestApp app, Chromium chromium) : PageCheck(app, chromium)
{
    [Theory]
    [InlineData("comment", "[data-message] [popovertarget^=remark-]", ".remark:popover-open")]
    [InlineData("json", "[data-message] a[title='As JSON']", "dialog[open]")]
    [InlineData("menu", "[popovertarget=more]", "#more:popover-open")]
    public async Task What_opens_on_the_page_of_a_session_has_no_barrier(string name, string button, string opened)
    {
        var (page, _, _) = await SessionAsync();
        await page.Locator(button).First.ClickAsync();
        await Expect(page.Locator(opened)).ToBeVisibleAsync();
        await CheckAsync(page, $"session-{name}");
    }

    [Fact]
    public async Task The_drawer_of_turns_has_no_barrier()
    {
        var (page, _, _) = await SessionAsync();
        await page.SetViewportSizeAsync(360, 900);
        await page.Locator(".turns-button").ClickAsync();
        await Expect(page.Locator("#turns")).ToBeVisibleAsync();
        await CheckAsync(page, "session-turns");
    }

    [Fact]
    public async Task What_was_found_in_a_session_has_no_barrier()
    {
        var (page, _, _) = await SessionAsync();
        await page.Locator("#find").FillAsync("e");
        await page.Locator("#hits summary").ClickAsync();
        await Expect(page.Locator("#hits [data-hit]").First).ToBeVisibleAsync();
        await CheckAsync(page, "session-find");
    }

    [Fact]
    public async Task A_label_that_somebody_else_changed_has_no_barrier()
    {
        var (page, slug, id) = await SessionAsync();
        await page.Locator("#notes").FillAsync("Mine.");
        using var client = App.Client((await App.Data.KeyAsync(slug)).Secret);
        using var change = new StringContent("""{"eval_notes":"Theirs."}""", Encoding.UTF8, "application/json");
        using var changed = await client.PatchAsync(new Uri($"/api/sessions/{id}", UriKind.Relative), change, TestContext.Current.CancellationToken);
        Assert.True(changed.IsSuccessStatusCode);
        ExpectStatus(page, 422);
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.Locator(".label-conflict")).ToContainTextAsync("Theirs.");
        await CheckAsync(page, "session-conflict");
    }

    [Fact]
    public async Task The_page_of_a_job_has_no_barrier()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var job = await App.Data.FinishedJobAsync(slug);
        var page = await SignInAsync(person);
        Assert.Equal(200, await GoAsync(page, $"/w/{slug}/jobs/{job.Value}"));
        await CheckAsync(page, "job");
    }

    [Fact]
    public async Task The_field_for_a_tag_of_many_sessions_has_no_barrier_and_lies_on_the_screen()
    {
        var (page, slug) = await SignInToSampleAsync();
        await page.SetViewportSizeAsync(360, 780);
        await page.GotoAsync($"/w/{slug}/evals");
        await page.Locator("input[data-select-row]").First.CheckAsync();
        await page.Locator("[popovertarget=bulk-tag]").ClickAsync();
        await Expect(page.Locator("#bulk-tag")).ToBeInViewportAsync(new() { Ratio = 1 });
        await CheckAsync(page, "evals-tag");
    }

    private async Task<(IPage Page, string Slug, string Session)> SessionAsync()
    {
        var (page, slug) = await SignInToSampleAsync();
        await page.GotoAsync($"/w/{slug}/sessions");
        var link = await page.Locator("[data-row]").First.GetAttributeAsync("data-row") ?? "";
        Assert.Equal(200, await GoAsync(page, $"/w/{slug}/sessions/{link}"));
        await Expect(page.Locator("#transcript")).ToBeVisibleAsync();
        return (page, slug, link);
    }
}

using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

public sealed class PlainHtmlJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    [Fact]
    public async Task Without_scripts_a_transcript_is_imported_labelled_filtered_and_exported()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var page = await SignInAsync(person, new BrowserNewContextOptions { JavaScriptEnabled = false });

        await page.GotoAsync($"/w/{slug}/sessions/import");
        await page.Locator("input[type=file][multiple]").SetInputFilesAsync([Fixture("codex/items.jsonl"), Fixture("openai-messages/support.jsonl")]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Look through the files" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("Nothing has been written yet.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Import 3 sessions" }).ClickAsync();
        await Expect(page.Locator("main a").Filter(new() { HasText = "new session" }).First).ToBeVisibleAsync();

        await page.GotoAsync($"/w/{slug}/sessions");
        await page.GetByRole(AriaRole.Link, new() { Name = "Name three test cases." }).ClickAsync();
        var panel = page.Locator("#peek");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Mark as Eval Ready" }).ClickAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Golden" }).ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Button, new() { Name = "Golden", Pressed = true })).ToBeVisibleAsync();
        await page.Locator("#label-more > summary").ClickAsync();
        await page.Locator("#expected").FillAsync("Three of them.");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.Locator("#expected")).ToHaveValueAsync("Three of them.");

        await page.GotoAsync($"/w/{slug}/sessions");
        await page.GetByLabel("Select “Do you ship to Iceland?”").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Mark as Eval Ready" }).ClickAsync();

        await page.GotoAsync($"/w/{slug}/evals");
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(2);
        await page.Locator("[popovertarget=f-status]").ClickAsync();
        await page.Locator("#f-status").GetByLabel("Golden").CheckAsync();
        await page.Locator("#f-status").GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(1);

        await page.GetByRole(AriaRole.Link, new() { Name = "Export: choose the format" }).ClickAsync();
        await page.Locator("input[name=format][value=text]").CheckAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync());
        Assert.StartsWith("## Session: Name three test cases.\n", await File.ReadAllTextAsync(await download.PathAsync()), StringComparison.Ordinal);
    }
}

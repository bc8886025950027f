using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

public sealed class DatasetJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    private const string Question = "Split 1,000 yen between three payees.";

    private const string Answer = "334, 333 and 333.";

    [Fact]
    public async Task From_an_empty_workspace_to_an_item_that_a_stranger_reads()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var page = await SignInAsync(person);
        await page.GotoAsync($"/w/{slug}/datasets");
        await page.GetByRole(AriaRole.Link, new() { Name = "Begin by hand" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Ledger");
        await page.GetByLabel("Sections").FillAsync("Rounding\nRaces");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make dataset" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Add an item" }).ClickAsync();
        await AddAsync(page, Question);
        await AddAsync(page, "What is a minor unit?");

        // Both are there; the second one is read beside the list, and changed by keyboard alone.
        await page.GotoAsync($"/w/{slug}/datasets");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ledger", Exact = true }).ClickAsync();
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(2);
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#peek")).ToContainTextAsync(Question);
        await page.Keyboard.PressAsync("e");
        await page.Locator("#peek textarea[name='Form.Output']").FillAsync(Answer);
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(Toast(page, "Saved. This is version 4.")).ToBeVisibleAsync();
        await Expect(page.Locator("#peek textarea[name='Form.Input']")).ToHaveValueAsync("What is a minor unit?");
        await Expect(page.Locator("tbody [data-row]").First).ToContainTextAsync(Answer);

        // Back leads to the item before; its text is what was saved.
        await page.GoBackAsync();
        await Expect(page.Locator("#peek")).ToContainTextAsync(Answer);
        await page.GetByRole(AriaRole.Searchbox).PressSequentiallyAsync("minor");
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(1);
        await Expect(page.Locator("tbody mark")).ToHaveTextAsync("minor");

        // The link goes to somebody who has no account.
        await page.GotoAsync($"/w/{slug}/datasets");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ledger", Exact = true }).ClickAsync();
        await page.Locator("tbody .row-link").First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Share…" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create public link" }).ClickAsync();
        var link = await page.Locator("#public-link").TextContentAsync();
        var stranger = await OpenAsync();
        await stranger.GotoAsync(link!);
        await Expect(stranger.GetByText(Question)).ToBeVisibleAsync();
        await Expect(stranger.GetByText(Answer)).ToBeVisibleAsync();
        await Expect(stranger.Locator("body")).Not.ToContainTextAsync("Ledger");
    }

    [Fact]
    public async Task Deleting_many_items_is_undone_from_the_toast()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var page = await SignInAsync(person);
        await page.GotoAsync($"/w/{slug}/datasets/new");
        await page.GetByLabel("Name").FillAsync("Ledger");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make dataset" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Add an item" }).ClickAsync();
        await AddAsync(page, "One?");
        await AddAsync(page, "Two?");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ledger", Exact = true }).ClickAsync();
        await page.GetByLabel("Select all on this page").CheckAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Selection" }).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.GetByText("No items here yet")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator("tbody [data-row]")).ToHaveCountAsync(2);
    }

    private static async Task AddAsync(IPage page, string question)
    {
        await page.GetByLabel("Human message").FillAsync(question);
        await page.GetByLabel("History").FillAsync("user: Hello");
        await Expect(page.Locator("#history-preview")).ToContainTextAsync("Read as 1 message");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.GetByLabel("Human message")).ToHaveValueAsync("");
    }

    private static ILocator Toast(IPage page, string text) => page.Locator(".toast").Filter(new() { HasText = text });
}

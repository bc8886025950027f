using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

public sealed class ListJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    [Fact]
    public async Task A_list_is_searched_sorted_given_other_columns_saved_and_found_again()
    {
        var (page, slug) = await SignInToSampleAsync();
        await page.GotoAsync($"/w/{slug}/sessions");
        await Expect(page.Locator("th[aria-sort]")).ToHaveTextAsync("Created");

        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("the");
        await page.WaitForURLAsync("**/sessions?q=the");
        await Expect(page.GetByRole(AriaRole.Searchbox, new() { Name = "Search sessions" })).ToBeFocusedAsync();
        await Expect(page.Locator("tbody mark").First).ToBeVisibleAsync();

        // By keyboard: the head keeps the focus when the list is another one.
        await page.Locator("#sort-title").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/sessions?q=the&sort=title");
        await Expect(page.Locator("th.c-title")).ToHaveAttributeAsync("aria-sort", "ascending");
        await Expect(page.Locator("#sort-title")).ToBeFocusedAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Columns" }).ClickAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Model", Exact = true }).UncheckAsync();
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "Model", Exact = true })).ToHaveCountAsync(0);
        await Expect(page.Locator("#columns")).ToBeVisibleAsync();
        // The form that has come with the list answers to clicks once htmx has settled it.
        await Expect(page.Locator("#results.htmx-settling, #columns-form.htmx-added, #columns-form.htmx-settling")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Answered: further left" }).ClickAsync();
        await Expect(page.Locator("thead th").Nth(3)).ToHaveTextAsync("Answered");
        await page.Keyboard.PressAsync("Escape");

        await page.GetByRole(AriaRole.Button, new() { Name = "Save view" }).First.ClickAsync();
        await page.GetByLabel("Name of the view").FillAsync("By title");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**view=view_*");
        await Expect(page.Locator(".views [aria-current]")).ToContainTextAsync("By title");

        await page.Locator("#sort-created").ClickAsync();
        await Expect(page.Locator(".views [aria-current]")).ToContainTextAsync("changed");
        await page.GoBackAsync();
        await Expect(page.Locator("th.c-title")).ToHaveAttributeAsync("aria-sort", "ascending");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save changes" })).ToHaveCountAsync(0);
        await page.GoForwardAsync();
        await Expect(page.Locator("#sort-created").Locator("xpath=..")).ToHaveAttributeAsync("aria-sort", "descending");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save changes" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Searchbox, new() { Name = "Search sessions" })).ToHaveValueAsync("the");
    }

    [Fact]
    public async Task A_panel_stays_in_the_address_when_columns_change_and_closes_when_its_session_is_deleted()
    {
        var (page, slug) = await SignInToSampleAsync();
        await page.GotoAsync($"/w/{slug}/sessions?columns=label.author.model");
        await page.Locator(".row-link").First.ClickAsync();
        await Expect(page.Locator("#peek h2")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Columns" }).ClickAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Model", Exact = true }).UncheckAsync();
        await page.WaitForURLAsync(address => address.Contains("columns=label.author&", StringComparison.Ordinal) && address.Contains("peek=ses_", StringComparison.Ordinal));
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#peek h2")).ToBeVisibleAsync();

        await page.Locator("[data-select-row]").First.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete…" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete 1 session" }).ClickAsync();
        await Expect(page.Locator("#peek h2")).ToHaveCountAsync(0);
        Assert.DoesNotContain("peek=", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_mean_the_selection_while_there_is_one()
    {
        var (page, slug) = await SignInToSampleAsync();
        await page.GotoAsync($"/w/{slug}/evals");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("x");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Shift+X");
        await Expect(page.Locator("[data-select-count]")).ToHaveTextAsync("3 selected");

        await page.Keyboard.PressAsync("2");
        await Expect(page.Locator("tbody tr").Nth(2).Locator(".c-status")).ToHaveTextAsync("Correct");
        await Expect(page.Locator("tbody tr").Nth(0).Locator(".c-status")).ToHaveTextAsync("Correct");

        await page.Locator("[data-select-row]").First.CheckAsync();
        await page.Keyboard.PressAsync("t");
        await Expect(page.Locator("#bulk-tag-name")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("by-key");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#toasts, .toast").Filter(new() { HasText = "tagged “by-key”" }).First).ToBeVisibleAsync();
        await Expect(page.Locator("tbody tr").Nth(0).Locator(".c-status")).ToHaveTextAsync("Correct");
    }
}

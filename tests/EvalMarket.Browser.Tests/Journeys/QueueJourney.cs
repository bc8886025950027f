using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

public sealed class QueueJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    [Fact]
    public async Task Two_people_review_blind_by_keyboard_differ_on_one_session_and_an_editor_decides()
    {
        var (editor, slug) = await SampleAsync();
        var reviewer = await App.Data.PersonAsync();
        await App.Data.MemberAsync(slug, reviewer, WorkspaceRole.Reviewer);
        var page = await SignInAsync(editor);

        // Two sessions of the list go into a new queue.
        await page.GotoAsync($"/w/{slug}/sessions");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("x");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("x");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to queue…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Add 2 sessions to a queue" });
        await dialog.GetByLabel("Name of a new queue").FillAsync("Refunds");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add to the queue" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Refunds");
        var queue = new Uri(page.Url).AbsolutePath;

        // The editor calls both golden, from the keyboard alone.
        await page.Keyboard.PressAsync("u");
        await page.WaitForURLAsync("**/review/ses_*");
        var first = page.Url;
        await page.Keyboard.PressAsync("1");
        await page.Keyboard.PressAsync("n");
        await page.Keyboard.TypeAsync("As it should be");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForURLAsync(address => address != first && address.Contains("/review/ses_", StringComparison.Ordinal));
        await page.Keyboard.PressAsync("1");
        await Expect(page.GetByRole(AriaRole.Radio, new() { Name = "Golden" })).ToBeCheckedAsync();
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.GetByText("No session of this queue waits for a review of yours.")).ToBeVisibleAsync();

        // The other one, who sees nothing of that, agrees on the first and not on the second.
        var other = await SignInAsync(reviewer);
        await other.GotoAsync($"{queue}/review");
        Assert.Equal(first, other.Url);
        await Expect(other.GetByText("As it should be")).ToHaveCountAsync(0);
        await other.Keyboard.PressAsync("1");
        await other.Keyboard.PressAsync("Control+Enter");
        await other.WaitForURLAsync(address => address != first && address.Contains("/review/ses_", StringComparison.Ordinal));
        var second = other.Url;
        await other.Keyboard.PressAsync("3");
        await other.Keyboard.PressAsync("t");
        await other.Keyboard.TypeAsync("amount");
        await other.Keyboard.PressAsync("Escape");
        await other.Keyboard.PressAsync("e");
        await other.Keyboard.TypeAsync("The whole amount");
        await other.Keyboard.PressAsync("Control+Enter");
        await Expect(other.GetByText("The reviews do not agree: an editor decides.")).ToBeVisibleAsync();

        // Both reviews side by side; one is taken, and is on the session with its history.
        await page.GotoAsync(queue);
        await Expect(page.GetByText("Cohen’s κ").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Decide 1", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Article).Filter(new() { HasText = "The whole amount" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Take this one: the review of {reviewer.Email}" }).ClickAsync();
        await Expect(page.GetByText("Decided: incorrect")).ToBeVisibleAsync();
        await page.GotoAsync($"/w/{slug}/sessions/{second.Split('/')[^1]}");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Incorrect", Pressed = true })).ToBeVisibleAsync();
        await Expect(page.Locator("#expected")).ToHaveValueAsync("The whole amount");
        await page.GetByText("Label history").Last.ClickAsync();
        await Expect(page.Locator(".label-history")).ToContainTextAsync(editor.Email);
        await page.GotoAsync($"/w/{slug}/sessions/{first.Split('/')[^1]}");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Golden", Pressed = true })).ToBeVisibleAsync();
    }
}

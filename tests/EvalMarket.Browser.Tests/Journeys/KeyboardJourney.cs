using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

public sealed class KeyboardJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    private const int MostTabs = 60;

    private static readonly string[] Labels = ["Golden", "Correct", "Incorrect", "Needs review"];

    [Fact]
    public async Task Sessions_are_found_opened_and_labelled_from_the_keyboard_alone()
    {
        var (person, slug) = await SampleAsync();
        var page = await OpenAsync();
        await page.GotoAsync("/account/login");
        await TabToAsync(page, page.GetByLabel("E-mail address"));
        await page.Keyboard.TypeAsync(person.Email);
        await TabToAsync(page, page.GetByLabel("Password", new() { Exact = true }));
        await page.Keyboard.TypeAsync(TestData.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"**/w/{slug}");

        await TabToAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "Sessions" }).First);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/sessions");

        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Keyboard");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator(".row-link").Nth(1)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("k");
        await Expect(page.Locator(".row-link").Nth(0)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("x");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Selection" })).ToContainTextAsync("1 selected");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Selection" })).ToBeHiddenAsync();

        await page.Keyboard.PressAsync("/");
        await Expect(page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("refund");
        await page.WaitForURLAsync("**/sessions?q=refund");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("");
        await page.WaitForURLAsync("**/sessions");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Searchbox)).Not.ToBeFocusedAsync();

        await page.Keyboard.PressAsync("j");
        var title = await page.Locator(".row-link").Nth(0).InnerTextAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#peek h2")).ToHaveTextAsync(title);
        await page.WaitForURLAsync("**/sessions?peek=*");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("[data-peek]")).ToHaveCountAsync(0);
        await Expect(page.Locator(".row-link").Nth(0)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#peek h2")).ToHaveTextAsync(title);
        await page.Keyboard.PressAsync("o");
        await page.WaitForURLAsync("**/sessions/ses_*");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(title);

        foreach (var (index, label) in Labels.Index())
        {
            await page.Keyboard.PressAsync($"{index + 1}");
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = label, Pressed = true })).ToBeVisibleAsync();
        }

        await page.Keyboard.PressAsync("n");
        await Expect(page.Locator("#notes")).ToBeFocusedAsync();
        // In a field, a digit is a digit.
        await page.Keyboard.TypeAsync(" 1");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Needs review", Pressed = true })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("e");
        await Expect(page.Locator("#expected")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");

        var first = page.Url;
        await page.Keyboard.PressAsync("j");
        await page.WaitForURLAsync(address => address != first);
        await page.Keyboard.PressAsync("k");
        await page.WaitForURLAsync(first);
        await page.Keyboard.PressAsync("Escape");
        await page.WaitForURLAsync("**/sessions");
    }

    private static async Task TabToAsync(IPage page, ILocator target)
    {
        for (var press = 0; press < MostTabs; press++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
                return;
            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"Tab does not reach {target}.");
    }
}

using System.Text.Json;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

public sealed class AccountJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    private const string NewPassword = "lantern over still water";

    private static int number;

    [Fact]
    public async Task Somebody_makes_an_account_signs_out_mistypes_the_password_and_signs_in_again()
    {
        var page = await OpenAsync();
        var email = await RegisterAsync(page);
        await page.WaitForURLAsync("**/workspaces/new");

        await page.GetByRole(AriaRole.Button, new() { Name = "Ada Writes" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        Assert.Equal(200, await GoAsync(page, "/account"));
        await page.WaitForURLAsync("**/account/login*");

        await page.GetByLabel("E-mail address").FillAsync(email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("not my password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Expect(page.GetByLabel("E-mail address")).ToHaveValueAsync(email);

        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(TestData.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show password" }).ClickAsync();
        await Expect(page.GetByLabel("Password", new() { Exact = true })).ToHaveAttributeAsync("type", "text");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your account" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_forgotten_password_is_replaced_through_the_link_in_the_mail()
    {
        var person = await App.Data.PersonAsync();
        var page = await OpenAsync();
        await page.GotoAsync("/account/login");
        await page.GetByRole(AriaRole.Link, new() { Name = "Forgot your password?" }).ClickAsync();
        await page.GetByLabel("E-mail address").FillAsync(person.Email);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send the link" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Look into your mailbox" })).ToBeVisibleAsync();

        var link = await LinkInMailAsync(person.Email);
        await page.GotoAsync(link);
        await page.GetByLabel("New password").FillAsync(NewPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the password" }).ClickAsync();
        await page.WaitForURLAsync(address => !address.Contains("/account/reset", StringComparison.Ordinal));

        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/account/login");
        await page.GetByLabel("E-mail address").FillAsync(person.Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(NewPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.WaitForURLAsync("**/workspaces/new");

        await page.GotoAsync(link);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This link does not work any more" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Somebody_takes_their_data_out_and_then_the_account_is_gone()
    {
        var person = await App.Data.PersonAsync();
        var page = await SignInAsync(person);
        await page.GotoAsync("/account/data");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Download as JSON" }).ClickAsync());
        Assert.Equal("evalmarket-personal-data.json", download.SuggestedFilename);
        using var data = JsonDocument.Parse(await File.ReadAllBytesAsync(await download.PathAsync()));
        Assert.Contains(person.Email, data.RootElement.GetRawText(), StringComparison.Ordinal);

        await page.GetByLabel("Your password").FillAsync(TestData.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete my account" }).ClickAsync();
        await Expect(page.GetByText("Your account was deleted.")).ToBeVisibleAsync();

        await page.GotoAsync("/account/login");
        await page.GetByLabel("E-mail address").FillAsync(person.Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(TestData.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_theme_that_somebody_chose_stays_on_the_next_page()
    {
        var page = await SignInAsync(await App.Data.PersonAsync());
        await page.Locator("[popovertarget=me]").ClickAsync();
        await page.GetByText("Dark", new() { Exact = true }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await page.GotoAsync("/account");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
    }

    internal static async Task<string> RegisterAsync(IPage page)
    {
        var email = $"ada{Interlocked.Increment(ref number)}@example.net";
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Create an account" }).First.ClickAsync();
        await page.GetByLabel("Your name").FillAsync("Ada Writes");
        await page.GetByLabel("E-mail address").FillAsync(email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(TestData.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the account" }).ClickAsync();
        await page.WaitForURLAsync(address => !address.Contains("/account/register", StringComparison.Ordinal));
        return email;
    }
}

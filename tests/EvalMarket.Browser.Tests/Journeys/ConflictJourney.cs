using System.Net.Http.Json;
using System.Text.Json;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

/// <summary>Two people who edit the same item.</summary>
public sealed class ConflictJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    [Fact]
    public async Task Who_saves_second_sees_both_texts_and_decides()
    {
        var (first, second) = (await App.Data.PersonAsync(), await App.Data.PersonAsync());
        var slug = await App.Data.WorkspaceAsync(first);
        await App.Data.MemberAsync(slug, second, WorkspaceRole.Editor);
        using var program = App.Client((await App.Data.KeyAsync(slug)).Secret);
        var dataset = (await PostAsync(program, "/api/datasets", new { name = "Ledger" })).GetProperty("id").GetString();
        var item = (await PostAsync(program, $"/api/datasets/{dataset}/items", new { input = new { content = "How much?" }, output = new { content = "Ten" } })).GetProperty("ids")[0].GetString();
        var address = $"/w/{slug}/datasets/{dataset}/items/{item}";
        var (mine, theirs) = (await EditAsync(first, address), await EditAsync(second, address));

        await SaveAsync(theirs, "Eleven");
        await Expect(Toast(theirs, "Saved.")).ToBeVisibleAsync();
        ExpectStatus(mine, 422);
        await SaveAsync(mine, "Twelve");

        var conflict = mine.GetByRole(AriaRole.Alert).Filter(new() { HasText = "changed this item" });
        await Expect(conflict).ToContainTextAsync(second.Email);
        await Expect(conflict.Locator(".diff-text")).ToHaveTextAsync(["Eleven", "Twelve"]);
        await Expect(mine.Locator("textarea[name='Form.Output']")).ToHaveValueAsync("Twelve");
        await conflict.GetByRole(AriaRole.Button, new() { Name = "Take theirs" }).ClickAsync();
        await Expect(mine.Locator("textarea[name='Form.Output']")).ToHaveValueAsync("Eleven");

        // The other way round: seen, and saved over it.
        await theirs.GotoAsync($"{address}?edit=true");
        await SaveAsync(mine, "Thirteen");
        await Expect(Toast(mine, "Saved.")).ToBeVisibleAsync();
        ExpectStatus(theirs, 422);
        await SaveAsync(theirs, "Fourteen");
        await theirs.GetByRole(AriaRole.Button, new() { Name = "Save mine over it" }).ClickAsync();
        await Expect(Toast(theirs, "Saved.").Last).ToBeVisibleAsync();
        using var now = JsonDocument.Parse(await program.GetStringAsync($"/api/datasets/{dataset}/items/{item}"));
        Assert.Equal("Fourteen", now.RootElement.GetProperty("output").GetProperty("content").GetString());
    }

    private async Task<IPage> EditAsync(TestPerson person, string address)
    {
        var page = await SignInAsync(person);
        await page.GotoAsync(address);
        await page.Keyboard.PressAsync("e");
        await Expect(page.Locator("textarea[name='Form.Output']")).ToHaveValueAsync("Ten");
        return page;
    }

    private static async Task SaveAsync(IPage page, string output)
    {
        await page.Locator("textarea[name='Form.Output']").FillAsync(output);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
    }

    private static async Task<JsonElement> PostAsync(HttpClient program, string path, object body)
    {
        using var answer = await program.PostAsJsonAsync(path, body);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static ILocator Toast(IPage page, string text) => page.Locator(".toast").Filter(new() { HasText = text });
}

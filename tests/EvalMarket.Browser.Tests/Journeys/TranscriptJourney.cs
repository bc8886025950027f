using System.Net.Http.Headers;
using System.Text.Json;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

public sealed class TranscriptJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    private const int MessageCount = 10_000;

    [Fact]
    public async Task Ten_thousand_messages_are_read_searched_and_linked_to()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var session = await PushAsync((await App.Data.KeyAsync(slug)).Secret);
        var page = await SignInAsync(person);

        await page.GotoAsync($"/w/{slug}/sessions/{session}");
        await Expect(page.Locator("[data-turn-here]")).ToHaveTextAsync("Turn 1 of 2,500");
        Assert.Equal(100, await page.Locator("[data-window]").CountAsync());

        // The navigator finds the last turn and goes there, through windows that were never read.
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Filter turns" }).FillAsync("question 2500");
        await Expect(page.Locator("[data-to-turn]")).ToHaveCountAsync(1);
        await page.Locator("[data-to-turn='2500']").ClickAsync();
        await Expect(page.GetByText("Question 2500 of many.").Last).ToBeInViewportAsync();
        await Expect(page.Locator("[data-turn-here]")).ToHaveTextAsync("Turn 2,500 of 2,500");
        await Expect(page.Locator("[data-to-turn='2500']")).ToHaveAttributeAsync("aria-current", "true");
        await page.WaitForURLAsync("**/sessions/*turn=2500#turn-2500");

        // Keys go from turn to turn, into the window before.
        await page.Keyboard.PressAsync("[");
        await Expect(page.Locator("[data-turn-here]")).ToHaveTextAsync("Turn 2,499 of 2,500");

        // What one reads stays where it is while windows above it are read.
        await ReadUpwardsAsync(page);

        // A text in the folded output of a tool, thousands of messages away.
        await page.Keyboard.PressAsync("f");
        await page.Keyboard.TypeAsync("unmistakable");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-find-count]")).ToHaveTextAsync("1 of 2");
        var output = page.Locator("[data-place]", new() { HasText = "Line 3: unmistakable" });
        await Expect(output).ToBeInViewportAsync();
        Assert.Equal("unmistakable", await page.EvaluateAsync<string>("() => [...CSS.highlights.get('found-here')].map(range => range.toString()).join()"));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-find-count]")).ToHaveTextAsync("2 of 2");
        await page.Keyboard.PressAsync("Shift+Enter");
        await Expect(output).ToBeInViewportAsync();

        // The link to that message opens the same place in a new page.
        var message = page.Locator("article.msg", new() { Has = output });
        var link = await message.Locator("[data-copy-text]").First.GetAttributeAsync("data-copy-text");
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await message.GetByRole(AriaRole.Link, new() { Name = "Copy link to the message" }).ClickAsync();
        await Expect(page.Locator(".live-region")).ToHaveTextAsync("Copied");
        Assert.Equal(link, await page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync(link!);
        await Expect(other.Locator("article.is-target")).ToBeInViewportAsync();
        Assert.Equal(await message.GetAttributeAsync("id"), await other.Locator("article.is-target").GetAttributeAsync("id"));
        Assert.True(await other.Locator("[data-window]:not(.window-empty)").CountAsync() <= 8);
        await OpensWithoutShiftAsync(page.Context, $"/w/{slug}/sessions/{session}?turn=1200#turn-1200");
    }

    /// <summary>A turn in the middle stands where it will stay from the first paint on, and the navigator shows it.</summary>
    private static async Task OpensWithoutShiftAsync(IBrowserContext context, string address)
    {
        var page = await context.NewPageAsync();
        await page.AddInitScriptAsync("""
            window.shifted = 0;
            new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shifted += entry.value; }).observe({ type: 'layout-shift', buffered: true });
            """);
        await page.GotoAsync(address);
        await Expect(page.Locator("[data-turn-here]")).ToHaveTextAsync("Turn 1,200 of 2,500");
        await Expect(page.Locator("#turn-1200")).ToBeInViewportAsync();
        await Expect(page.Locator("[data-to-turn='1200']")).ToBeInViewportAsync();
        Assert.Equal(0, await page.EvaluateAsync<double>("() => window.shifted"), 0.01);
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_long_session_is_read_to_its_end_beside_the_list()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var session = await PushAsync((await App.Data.KeyAsync(slug)).Secret);
        var page = await SignInAsync(person);
        await page.GotoAsync($"/w/{slug}/sessions");
        await page.Locator(".row-link").First.ClickAsync();
        await Expect(page.Locator("#peek [data-window]")).ToHaveCountAsync(100);
        await page.Locator("#peek").EvaluateAsync("panel => panel.scrollTo(0, panel.scrollHeight)");
        await Expect(page.Locator("#peek").GetByText("Question 2500 of many.")).ToHaveCountAsync(1);
        await page.ReloadAsync();
        await Expect(page.Locator("#peek [data-window]")).ToHaveCountAsync(100);
        Assert.EndsWith($"peek={session}", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_is_coloured_by_classes_alone_and_only_pages_with_code_fetch_the_highlighter()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var secret = (await App.Data.KeyAsync(slug)).Secret;
        var plain = await PushAsync(secret, [new { role = "user", content = "No code here" }]);
        var code = await PushAsync(secret, [new { role = "user", content = "```python\ndef f():\n    return '<b>'\n```\n\n```nonsense\n<b>\n```" }]);
        var page = await SignInAsync(person);
        List<string> fetched = [];
        page.Request += (_, request) => fetched.Add(request.Url);

        await page.GotoAsync($"/w/{slug}/sessions/{plain}");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        Assert.DoesNotContain(fetched, address => address.Contains("highlight", StringComparison.Ordinal));

        await page.GotoAsync($"/w/{slug}/sessions/{code}");
        await Expect(page.Locator("code .hljs-keyword")).ToHaveCountAsync(2);
        await Expect(page.Locator("code .hljs-string")).ToHaveTextAsync("'<b>'");
        Assert.Equal(0, await page.Locator(".prose b, code [style]").CountAsync());
    }

    private static async Task ReadUpwardsAsync(IPage page)
    {
        var jump = await page.EvaluateAsync<double>("""
            async () => {
              let worst = 0;
              for (let step = 0; step < 250; step++) {
                const seen = [...document.querySelectorAll('[data-window]:not(.window-empty) > *')].find(one => one.getBoundingClientRect().top > 100 && one.getBoundingClientRect().top < 600);
                const before = seen?.getBoundingClientRect().top;
                scrollBy({ top: -60, behavior: 'instant' });
                await new Promise(requestAnimationFrame);
                if (seen?.isConnected) worst = Math.max(worst, Math.abs(seen.getBoundingClientRect().top - before - 60));
              }
              return worst;
            }
            """);
        Assert.InRange(jump, 0, 2);
        Assert.True(await page.Locator("[data-window]:not(.window-empty)").CountAsync() > 2);
    }

    private static object[] Long() =>
    [
        .. Enumerable.Range(1, MessageCount / 4).SelectMany(turn => new object[]
        {
            new { role = "user", content = $"Question {turn} of many." },
            new { role = "assistant", content = "", parts = new object[] { new { type = "tool_call", call_id = $"c{turn}", name = "Bash", input = new { command = $"look {turn}" } } } },
            new { role = "tool", content = "", parts = new object[] { new { type = "tool_result", call_id = $"c{turn}", text = $"Line 1\nLine 2\nLine 3: {(turn == 700 ? "unmistakable" : turn == 1900 ? "once more unmistakable" : "nothing")}" } } },
            new { role = "assistant", content = string.Join("\n\n", Enumerable.Repeat($"Answer {turn}, in some words that fill a line or two of the page, as answers do.", 1 + (turn % 7))) },
        }),
    ];

    private async Task<string> PushAsync(string key, object[]? messages = null)
    {
        using var client = App.Client(key);
        using var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new { title = "Read me", messages = messages ?? Long() }));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await client.PostAsync(new Uri("/api/sessions", UriKind.Relative), body);
        var json = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, json);
        return JsonDocument.Parse(json).RootElement.GetProperty("ids")[0].GetString()!;
    }
}

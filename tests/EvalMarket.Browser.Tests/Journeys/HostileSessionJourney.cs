using System.Net.Http.Headers;
using System.Text.Json;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

public sealed class HostileSessionJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    /// <summary>What each would do if it ran: set a mark on the window, which nothing else sets.</summary>
    private static readonly string[] Payloads =
    [
        "<script>window.hacked=1</script>",
        "<img src=x onerror=\"window.hacked=1\">",
        "<svg onload=window.hacked=1><animate onbegin=window.hacked=1 attributeName=x></svg>",
        "<iframe srcdoc=\"<script>parent.hacked=1</script>\"></iframe>",
        "<style>body{display:none}</style><link rel=stylesheet href=//example.org/x.css>",
        "<form action=//example.org><button>Sign in again</button></form>",
        "<details open ontoggle=window.hacked=1>",
        "<a href=\"javascript:window.hacked=1\">one</a>",
        "[link](javascript:window.hacked=1)",
        "[link](JaVaScRiPt:window.hacked=1)",
        "[link](java&#x09;script:window.hacked=1)",
        "[link](&#106;avascript:window.hacked=1)",
        "[link](<java\tscript:window.hacked=1>)",
        "[link](vbscript:window.hacked=1)",
        "[link](data:text/html,<script>window.hacked=1</script>)",
        "<javascript:window.hacked=1>",
        "![picture](javascript:window.hacked=1)",
        "![picture](https://example.org/pixel.png)",
        "![picture](data:image/svg+xml,<svg onload=window.hacked=1>)",
        "[link][hidden]\n\n[hidden]: javascript:window.hacked=1",
        "[link](https://example.org \"\\\" onmouseover=window.hacked=1 x=\\\"\")",
        "```\"><script>window.hacked=1</script>\n</code></pre><script>window.hacked=1</script>\n```",
        "| a | b |\n|---|---|\n| <script>window.hacked=1</script> | `</td><script>window.hacked=1</script>` |",
        "# {onclick=window.hacked=1}\n\n[x](#y){onclick=window.hacked=1 style=display:none}",
        "<div hx-get=/account/data hx-trigger=load hx-on:load=window.hacked=1>x</div>",
        "<input autofocus onfocus=window.hacked=1>",
        "\u202Egnp.exe\u202C and \u0000 nothing",
    ];

    [Fact]
    public async Task Nothing_in_a_hostile_session_runs_and_the_page_does_not_scroll_sideways()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var key = await App.Data.KeyAsync(slug);
        var wide = new string('w', 20_000);
        var evil = $"<script>window.hacked=1</script>\"'><img src=x onerror=window.hacked=1>";
        object[] messages =
        [
            new { role = "system", content = evil },
            .. Payloads.Select((payload, index) => new { role = index % 2 == 0 ? "user" : "assistant", content = $"Before.\n\n{payload.Replace("\0", "", StringComparison.Ordinal)}\n\nAfter." }),
            new { role = "user", content = $"{wide}\n\n`{wide}`\n\n    {wide}\n\n| {wide} | {wide} |\n|---|---|\n| 1 | 2 |\n\nhttps://example.org/{wide}" },
            new { role = "assistant", content = new string('>', 500) + " deep " + string.Concat(Enumerable.Repeat("- ", 200)) },
        ];
        using var client = App.Client(key.Secret);
        using var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new
        {
            external_id = "hostile", title = evil, author = evil, project = wide[..150], model = evil, eval_tags = new[] { evil, wide[..90] }, eval_ready = true, messages,
        }));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await client.PostAsync(new Uri("/api/sessions", UriKind.Relative), body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());

        var page = await SignInAsync(person);
        page.Dialog += (_, dialog) => Assert.Fail($"A dialog opened: {dialog.Message}");
        foreach (var address in new[] { $"/w/{slug}", $"/w/{slug}/sessions", $"/w/{slug}/evals", $"/w/{slug}/evals?tag={Uri.EscapeDataString(evil)}&q=script" })
        {
            await page.GotoAsync(address);
            await AssertHarmlessAsync(page);
        }

        await page.GotoAsync($"/w/{slug}/sessions");
        await page.Locator("tbody .row-link").ClickAsync();
        await Expect(page.Locator("#peek h2")).ToContainTextAsync(evil);
        await AssertHarmlessAsync(page);
        await page.Keyboard.PressAsync("o");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(evil);
        while (await page.Locator("#more-messages a").CountAsync() > 0)
            await page.Locator("#more-messages a").ClickAsync();
        await AssertHarmlessAsync(page);
        Assert.Equal(0, await page.Locator(":is(.prose, .plain-text) :is(script, iframe, style, link, form, input, object, embed, [hx-get], [onclick], [onerror], [onload])").CountAsync());
        Assert.Empty(await page.Locator(".prose a").EvaluateAllAsync<string[]>("links => links.map(link => link.protocol).filter(scheme => !['http:', 'https:', 'mailto:'].includes(scheme))"));
        // A picture from elsewhere would tell its server who reads here, and when.
        Assert.Empty(await page.Locator(".prose img").EvaluateAllAsync<string[]>("pictures => pictures.map(picture => picture.src).filter(source => !source.startsWith('data:image/') && !source.startsWith(location.origin))"));
    }

    private static async Task AssertHarmlessAsync(IPage page)
    {
        foreach (var width in new[] { 1440, 360 })
        {
            await page.SetViewportSizeAsync(width, 900);
            Assert.True(await OverflowAsync(page) <= 0, $"{page.Url} scrolls sideways at {width} px.");
        }

        Assert.Null(await page.EvaluateAsync<int?>("() => window.hacked ?? null"));
    }
}

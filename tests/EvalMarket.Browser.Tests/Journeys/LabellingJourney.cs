using System.Globalization;
using System.Text;
using System.Text.Json;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

public sealed class LabellingJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    private static readonly string[] Statuses = ["golden", "correct", "incorrect"];

    [Fact]
    public async Task Twenty_sessions_are_labelled_by_keyboard_alone_and_go_out_as_they_were_labelled()
    {
        var (page, slug, key, _) = await StartAsync(20);
        await page.GotoAsync($"/w/{slug}/evals");
        await page.Keyboard.PressAsync("u");
        await Expect(page.Locator("#peek h2")).ToHaveTextAsync("Session 19");
        for (var number = 19; number >= 0; number--)
        {
            // As fast as a person's fingers: nothing waits for the server here.
            await page.Keyboard.PressAsync($"{(number % 3) + 1}");
            if (number == 12)
            {
                await page.Keyboard.PressAsync("t");
                await Expect(page.Locator("#tags")).ToBeFocusedAsync();
                await page.Keyboard.TypeAsync("slow,");
                await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Remove tag slow" })).ToBeVisibleAsync();
                await Expect(page.Locator("#tags")).ToBeFocusedAsync();
                await Expect(page.Locator("#tags")).ToHaveValueAsync("");
                await page.Keyboard.PressAsync("Escape");
                await page.Keyboard.PressAsync("n");
                await page.Keyboard.TypeAsync("Took three tries.");
                await page.Keyboard.PressAsync("Control+Enter");
                await Expect(page.Locator("#peek h2")).ToHaveTextAsync("Session 11");
            }
            else if (number > 0)
            {
                await page.Keyboard.PressAsync("j");
            }
        }

        await Expect(page.Locator("#label-queue .num")).ToHaveTextAsync("20 of 20 labelled");
        await Expect(page.Locator("#label-incorrect[aria-pressed=true], #label-golden[aria-pressed=true]")).ToHaveCountAsync(1);
        // The list shows what was given, without having been asked for again.
        await Expect(page.Locator("tbody .pill-needs-review")).ToHaveCountAsync(0);
        await Expect(page.Locator("tbody .pill-golden")).ToHaveCountAsync(7);

        using var client = App.Client(key);
        for (var number = 0; number < 20; number++)
        {
            using var found = JsonDocument.Parse(await client.GetStringAsync(new Uri($"/api/sessions?q=session+{number}&limit=100", UriKind.Relative)));
            var session = found.RootElement.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("title").GetString() == $"Session {number}");
            Assert.Equal(Statuses[number % 3], session.GetProperty("eval_status").GetString());
        }

        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("[data-peek]")).ToHaveCountAsync(0);
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Export view" }).ClickAsync());
        using var cases = JsonDocument.Parse(await File.ReadAllBytesAsync(await download.PathAsync()));
        Assert.Equal(20, cases.RootElement.GetArrayLength());
    }

    [Fact]
    public async Task A_session_opens_beside_the_list_and_back_and_forward_go_through_what_was_open()
    {
        var (page, slug, _, ids) = await StartAsync(60);
        await page.GotoAsync($"/w/{slug}/sessions");
        var row = page.Locator(".row-link").Nth(30);
        await row.ScrollIntoViewIfNeededAsync();
        await page.Locator("[data-select-row]").Nth(29).CheckAsync();
        var top = await TopOfAsync(row);

        await row.ClickAsync();
        await Expect(page.Locator("#peek h2")).ToHaveTextAsync("Session 29");
        await page.WaitForURLAsync($"**/sessions?peek={ids[29]}");
        Assert.InRange(await TopOfAsync(row), top - 2, top + 2);
        await Expect(row).ToHaveAttributeAsync("aria-current", "true");
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator("#peek h2")).ToHaveTextAsync("Session 28");
        await Expect(page.Locator(".row-link").Nth(31)).ToBeFocusedAsync();

        await page.GoBackAsync();
        await Expect(page.Locator("#peek h2")).ToHaveTextAsync("Session 29");
        await page.GoBackAsync();
        await Expect(page.Locator("[data-peek]")).ToHaveCountAsync(0);
        Assert.InRange(await TopOfAsync(row), top - 2, top + 2);
        await Expect(page.Locator("[data-select-row]").Nth(29)).ToBeCheckedAsync();
        await page.GoForwardAsync();
        await Expect(page.Locator("#peek h2")).ToHaveTextAsync("Session 29");

        await page.ReloadAsync();
        await Expect(page.Locator("#peek h2")).ToHaveTextAsync("Session 29");
        await page.Locator("#peek").FocusAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("[data-peek]")).ToHaveCountAsync(0);
        await Expect(page.Locator(".row-link").Nth(30)).ToBeFocusedAsync();
        await page.WaitForURLAsync("**/sessions");
    }

    [Fact]
    public async Task At_the_end_of_a_page_the_next_one_comes_with_the_panel_and_a_second_enter_opens_the_page()
    {
        var (page, slug, _, ids) = await StartAsync(60);
        await page.GotoAsync($"/w/{slug}/sessions?peek={ids[10]}");
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator("#peek h2")).ToHaveTextAsync("Session 9");
        await Expect(page.Locator("tbody [data-row]").First).ToContainTextAsync("Session 9");
        await Expect(page.Locator(".row-link").First).ToBeFocusedAsync();
        // The panel's own links know the page that came with it.
        await page.GetByRole(AriaRole.Link, new() { Name = "Next session" }).ClickAsync();
        await Expect(page.Locator("#peek h2")).ToHaveTextAsync("Session 8");
        await page.WaitForURLAsync(url => url.Contains("cursor=", StringComparison.Ordinal) && url.Contains($"peek={ids[8]}", StringComparison.Ordinal));
        await page.Locator("#peek").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Session 8");
        await page.GoBackAsync();
        await Expect(page.Locator("#peek h2")).ToHaveTextAsync("Session 8");
    }

    [Fact]
    public async Task Keys_label_the_row_with_the_focus_or_all_that_are_selected()
    {
        var (page, slug, _, _) = await StartAsync(6);
        await page.GotoAsync($"/w/{slug}/evals");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("3");
        await Expect(page.Locator("tbody [data-row]").Nth(0)).ToContainTextAsync("Incorrect");
        await Expect(page.Locator(".row-link").Nth(0)).ToBeFocusedAsync();
        await Expect(page.Locator(".live-region")).ToHaveTextAsync("Saved, incorrect");

        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("x");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("x");
        await page.Keyboard.PressAsync("1");
        await Expect(page.Locator(".toast").Filter(new() { HasText = "2 sessions" })).ToBeVisibleAsync();
        await Expect(page.Locator("tbody .pill-golden")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Text_that_is_not_saved_comes_back_and_a_label_moves_nothing()
    {
        var (page, slug, _, ids) = await StartAsync(3);
        await page.GotoAsync($"/w/{slug}/evals?peek={ids[2]}");
        await page.Keyboard.PressAsync("n");
        await page.Keyboard.TypeAsync("Half a thought");
        await Expect(page.Locator(".unsaved")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator("#peek h2")).ToHaveTextAsync("Session 1");
        await Expect(page.Locator("#notes")).ToHaveValueAsync("");
        await page.Keyboard.PressAsync("k");
        await Expect(page.Locator("#peek h2")).ToHaveTextAsync("Session 2");
        await Expect(page.Locator("#notes")).ToHaveValueAsync("Half a thought");

        await page.EvaluateAsync("() => { window.shifts = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => window.shifts += entry.value)).observe({ type: 'layout-shift' }); }");
        await page.Locator("#label-correct").FocusAsync();
        await page.Keyboard.PressAsync("2");
        await Expect(page.Locator("#label-correct")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Locator("#label-correct")).ToBeFocusedAsync();
        await Expect(page.Locator(".unsaved")).ToBeHiddenAsync();
        Assert.Equal(0, await page.EvaluateAsync<double>("() => window.shifts"), 3);
        Assert.Equal(0, await page.EvaluateAsync<int>("() => document.getAnimations().filter(one => one.playState === 'running').length"));

        await page.ReloadAsync();
        await Expect(page.Locator("#notes")).ToHaveValueAsync("Half a thought");
    }

    [Fact]
    public async Task An_undo_changes_panel_and_row_and_leaves_what_is_typed()
    {
        var (page, slug, _, ids) = await StartAsync(3);
        await page.GotoAsync($"/w/{slug}/evals?peek={ids[2]}");
        var row = page.Locator("tbody [data-row]").First;
        await page.EvaluateAsync("() => { window.same = true; }");
        await page.Keyboard.PressAsync("1");
        await Expect(row).ToContainTextAsync("Golden");
        await page.Keyboard.PressAsync("n");
        await page.Keyboard.TypeAsync("Half a thought");
        await page.Locator(".toast").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(row).ToContainTextAsync("Needs review");
        await Expect(page.Locator("#session-pill")).ToContainTextAsync("Needs review");
        await Expect(page.Locator("#label-golden")).ToHaveAttributeAsync("aria-pressed", "false");
        await Expect(page.Locator("#notes")).ToHaveValueAsync("Half a thought");

        await page.Locator(".toast").GetByRole(AriaRole.Button, new() { Name = "Redo" }).ClickAsync();
        await Expect(row).ToContainTextAsync("Golden");
        await Expect(page.Locator("#label-golden")).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.True(await page.EvaluateAsync<bool>("() => window.same === true"));

        // Nothing of it stands in the way of the next save.
        await page.Keyboard.PressAsync("3");
        await Expect(row).ToContainTextAsync("Incorrect");
        await page.Locator("[data-select-row]").First.CheckAsync();
        await page.Keyboard.PressAsync("2");
        await Expect(page.Locator("#session-pill")).ToContainTextAsync("Correct");
        await Expect(page.Locator("#notes")).ToHaveValueAsync("Half a thought");
    }

    [Fact]
    public async Task The_difference_from_the_actual_answer_is_shown_while_one_types()
    {
        var (page, slug, _, ids) = await StartAsync(1);
        await page.GotoAsync($"/w/{slug}/sessions/{ids[0]}");
        await page.Locator(".compare > summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Start from the actual answer" }).ClickAsync();
        await Expect(page.Locator("#expected")).ToHaveValueAsync("The answer to 0.");
        await Expect(page.Locator("#expected")).ToBeFocusedAsync();
        await page.Locator("#expected").FillAsync("The right answer to 0.");
        await Expect(page.Locator("[data-difference] ins")).ToContainTextAsync("right");
        await Expect(page.Locator("[data-difference] del")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-count-of=expected]")).ToHaveTextAsync("22");
    }

    [Fact]
    public async Task Two_people_at_one_text_see_both()
    {
        var (page, slug, key, ids) = await StartAsync(1);
        await page.GotoAsync($"/w/{slug}/evals?peek={ids[0]}");
        await page.Keyboard.PressAsync("n");
        await page.Keyboard.TypeAsync("Mine.");
        using var client = App.Client(key);
        using var change = new StringContent("""{"eval_notes":"Theirs."}""", Encoding.UTF8, "application/json");
        using var changed = await client.PatchAsync(new Uri($"/api/sessions/{ids[0]}", UriKind.Relative), change);
        Assert.True(changed.IsSuccessStatusCode);
        ExpectStatus(page, 422);
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.Locator(".label-conflict")).ToContainTextAsync("Theirs.");
        await Expect(page.Locator(".label-conflict")).ToBeFocusedAsync();
        await Expect(page.Locator("#notes")).ToHaveValueAsync("Mine.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take theirs" }).ClickAsync();
        await Expect(page.Locator("#notes")).ToHaveValueAsync("Theirs.");
        await Expect(page.Locator(".label-conflict")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task On_a_narrow_screen_the_panel_is_a_page_that_gives_the_focus_back()
    {
        var (page, slug, _, _) = await StartAsync(5);
        await page.SetViewportSizeAsync(360, 740);
        await page.GotoAsync($"/w/{slug}/sessions");
        await page.Locator(".row-link").Nth(2).ClickAsync();
        await Expect(page.Locator("#peek")).ToBeFocusedAsync();
        Assert.Equal(0, await OverflowAsync(page));
        Assert.True(await page.Locator("#content").EvaluateAsync<bool>("content => content.inert"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Close" }).ClickAsync();
        await Expect(page.Locator(".row-link").Nth(2)).ToBeFocusedAsync();
    }

    private static Task<double> TopOfAsync(ILocator element) => element.EvaluateAsync<double>("element => element.closest('tr').getBoundingClientRect().top");

    /// <summary>Somebody before a workspace of eval-ready sessions, "Session 0" the oldest.</summary>
    private async Task<(IPage Page, string Slug, string Key, IReadOnlyList<string> Ids)> StartAsync(int count)
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var key = (await App.Data.KeyAsync(slug)).Secret;
        var at = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        var lines = Enumerable.Range(0, count).Select(number => JsonSerializer.Serialize(new
        {
            title = string.Create(CultureInfo.InvariantCulture, $"Session {number}"),
            source = "codex",
            created_at = at.AddMinutes(number),
            eval_ready = true,
            messages = new[] { new { role = "user", content = $"Question {number}?" }, new { role = "assistant", content = $"The answer to {number}." } },
        }));
        using var client = App.Client(key);
        using var content = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        using var answer = await client.PostAsync(new Uri("/api/sessions", UriKind.Relative), content);
        Assert.True(answer.IsSuccessStatusCode);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (await SignInAsync(person), slug, key, [.. body.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetString()!)]);
    }
}

using System.Globalization;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;

namespace EvalMarket.Browser.Tests.Accessibility;

/// <summary>Looks at a page in light and dark, wide and narrow: axe finds nothing, and nothing scrolls sideways.</summary>
/// <remarks>With <c>EVALMARKET_PICTURES</c> set to a folder, a picture of every page is left there.</remarks>
public abstract class PageCheck(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    private static readonly string[] Themes = ["light", "dark"];

    /// <summary>The themes differ in nothing else.</summary>
    private static readonly string[] ColoursOnly = ["color-contrast", "link-in-text-block"];

    private static readonly string? Pictures = Environment.GetEnvironmentVariable("EVALMARKET_PICTURES");

    /// <summary>Pictures are taken of a tablet and of a very wide screen, too.</summary>
    private static readonly int[] Widths = Pictures is null ? [1440, 360] : [1440, 360, 820, 2560];

    /// <summary>Fails with all that is wrong with the page that is open.</summary>
    protected static async Task CheckAsync(IPage page, string name)
    {
        ArgumentNullException.ThrowIfNull(page);
        List<string> wrong = [];
        foreach (var theme in Themes)
        {
            await page.EvaluateAsync("theme => document.documentElement.dataset.theme = theme", theme);
            foreach (var width in Widths)
            {
                await page.SetViewportSizeAsync(width, 900);
                var where = string.Create(CultureInfo.InvariantCulture, $"{name}, {theme}, {width} px");
                if (await OverflowAsync(page) is > 0 and var overflow)
                {
                    var widest = await WidestAsync(page);
                    wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{where}: scrolls sideways by {overflow} px: {widest}"));
                }

                wrong.AddRange((await Axe.FindAsync(page, theme == Themes[0] ? [] : ColoursOnly)).Select(violation => $"{where}: {violation}"));
                if (Pictures is not null)
                    await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{name}-{theme}-{width}.png"), FullPage = true });
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static Task<string> WidestAsync(IPage page) => page.EvaluateAsync<string>(
        "() => [...document.body.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth).slice(0, 5).map(one => one.cloneNode().outerHTML).join(' ')");
}

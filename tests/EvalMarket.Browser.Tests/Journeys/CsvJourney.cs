using System.Text;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

/// <summary>A CSV file of which a request sees only the beginning.</summary>
public sealed class CsvJourney(CsvJourney.HastyApp app, Chromium chromium) : BrowserTest(app, chromium), IClassFixture<CsvJourney.HastyApp>
{
    private const int Rows = 300;

    [Fact]
    public async Task A_long_file_is_dropped_looked_through_to_its_last_row_imported_without_its_bad_rows_and_taken_back()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var page = await SignInAsync(person);
        await page.GotoAsync($"/w/{slug}/datasets/new");
        await page.GetByLabel("Name").FillAsync("Ledger");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make dataset" }).ClickAsync();
        await page.WaitForURLAsync("**/datasets/ds_*");
        var dataset = new Uri(page.Url).AbsolutePath;

        await page.GotoAsync($"{dataset}/csv");
        var csv = new StringBuilder("Human Message,AI Response\r\n");
        for (var row = 1; row < Rows; row++)
            csv.Append(null, $"Question {row},Answer {row}\r\n");
        csv.Append(",an answer to nothing\r\n");
        await DropAsync(page, "ledger.csv", csv.ToString());

        // The last row is not among those that a request sees; it is known all the same before anything is imported.
        await page.WaitForURLAsync("**/csv/job_*");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "1 row with errors" })).ToBeVisibleAsync();
        await Expect(page.Locator("#csv")).Not.ToContainTextAsync("This is the beginning of a long file");
        await Expect(page.Locator(".error-rows td.num")).ToHaveTextAsync($"{Rows + 1}");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Import" })).ToBeDisabledAsync();
        await page.GetByText("Import the good rows").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Import 299 rows" }).ClickAsync();
        await Expect(page.GetByText("299 items added")).ToBeVisibleAsync();
        await Expect(page.GetByText("1 row was left out for errors")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo the import" }).ClickAsync();
        await page.WaitForURLAsync($"**{dataset}**");
        await Expect(page.GetByText("No items here yet")).ToBeVisibleAsync();
    }

    private static async Task DropAsync(IPage page, string name, string content)
    {
        var transfer = await page.EvaluateHandleAsync(
            "([name, content]) => { const data = new DataTransfer(); data.items.add(new File([content], name, { type: 'text/csv' })); return data; }", new[] { name, content });
        foreach (var type in new[] { "dragenter", "dragover", "drop" })
            await page.DispatchEventAsync("main", type, new { dataTransfer = transfer });
    }

    /// <summary>An app for which a millisecond is a second where it measures how long something takes.</summary>
    public sealed class HastyApp() : TestApp(new Dictionary<string, string>(), builder => builder.Services.AddSingleton<TimeProvider>(new HastyTime()));

    private sealed class HastyTime : TimeProvider
    {
        public override long TimestampFrequency => base.TimestampFrequency / 1_000;
    }
}

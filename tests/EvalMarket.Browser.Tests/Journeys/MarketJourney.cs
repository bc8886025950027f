using System.Text.Json;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

/// <summary>From a seller's files to a buyer's score, in two browsers, with a key that the buyer never sees.</summary>
public sealed class MarketJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    private const string Canary = "nightingale";

    private const string Tasks = """
        [{"task_id":"gsm-1","task_prompt":"Natalia sold clips to 48 friends in April, and half as many in May. How many in all?","reference_file":""},
         {"task_id":"gsm-2","task_prompt":"Weng earns $12 an hour and worked 50 minutes. How many dollars is that?","reference_file":""}]
        """;

    private const string Answers = $$"""
        [{"task_id":"gsm-1","answer":"72","reference_file":"","passThreshold":100,"criteria":[{"id":"c1","name":"Number","type":"numeric","description":"72","rationale":"{{Canary}}","weight":100}]},
         {"task_id":"gsm-2","answer":"10","reference_file":"","passThreshold":100,"criteria":[{"id":"c1","name":"Number","type":"numeric","description":"10","rationale":"{{Canary}}","weight":100}]}]
        """;

    private const string Responses = """[{"task_id":"gsm-1","model_response":"48 + 24. Answer: 72"},{"task_id":"gsm-2","model_response":"Answer: 12"}]""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bundle_is_published_bought_answered_and_scored_without_showing_its_key()
    {
        var (seller, buyer) = (await App.Data.PersonAsync(), await App.Data.PersonAsync());
        var (stall, lab) = (await App.Data.WorkspaceAsync(seller), await App.Data.WorkspaceAsync(buyer));
        var sellers = await SignInAsync(seller);
        var buyers = await SignInAsync(buyer);
        List<Task<string?>> looks = [];
        buyers.Response += (_, response) => looks.Add(LeakAsync(response));

        await UploadAsync(stall);
        await PublishAsync(sellers, stall);
        await AskAsync(buyers, lab);
        await sellers.ReloadAsync();
        await sellers.GetByRole(AriaRole.Button, new() { Name = $"Grant Evaluation to {lab}" }).ClickAsync();
        await Expect(sellers.GetByRole(AriaRole.Button, new() { Name = $"Revoke Evaluation of {lab}" })).ToBeVisibleAsync();
        await DownloadAsync(buyers, lab);
        await AnswerAsync(buyers, lab);

        Assert.All(await Task.WhenAll(looks), Assert.Null);
    }

    /// <summary>The address of an answer that has something of the key in it.</summary>
    private static async Task<string?> LeakAsync(IResponse response)
    {
        if (response.Request.ResourceType is not ("document" or "xhr" or "fetch") || response.Status is < 200 or >= 300)
        {
            return null;
        }

        try
        {
            return (await response.TextAsync()).Contains(Canary, StringComparison.Ordinal) ? response.Url : null;
        }
        catch (PlaywrightException)
        {
            // The browser keeps no text of a page that was left already, nor of a download; AnswerKeyTests searches every answer.
            return null;
        }
    }

    /// <summary>As a program of the seller does.</summary>
    private async Task UploadAsync(string workspace)
    {
        using var program = App.Client((await App.Data.KeyAsync(workspace)).Secret);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("Grade school sums"), "name" },
            { new StringContent(Tasks), "tasks", "tasks.json" },
            { new StringContent(Answers), "answers", "answers.json" },
        };
        using var answer = await program.PostAsync("/api/bundles", form, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task PublishAsync(IPage page, string workspace)
    {
        await page.GotoAsync($"/w/{workspace}/listings/new");
        await page.GetByLabel("Title", new() { Exact = true }).FillAsync("Grade school sums");
        await page.GetByLabel("Address").FillAsync("grade-school-sums");
        await page.GetByLabel("Summary").FillAsync("Two sums in words.");
        await page.GetByLabel("Price").FillAsync("20");
        await page.GetByLabel("Each task").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save as a draft" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Preview" }).ClickAsync();
        await Expect(page.GetByText("This is what buyers will see")).ToBeVisibleAsync();
        await Expect(page.GetByText("Natalia sold clips")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Edit listing" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Unlist" })).ToBeVisibleAsync();
    }

    private static async Task AskAsync(IPage page, string workspace)
    {
        await page.GotoAsync($"/w/{workspace}/market");
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search listings" }).FillAsync("sums");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Grade school sums" }).ClickAsync();
        await page.GetByLabel("Message to the seller").FillAsync("For our March run.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask the seller" }).ClickAsync();
        await Expect(page.GetByText("The seller decides")).ToBeVisibleAsync();
    }

    private static async Task DownloadAsync(IPage page, string workspace)
    {
        await page.GotoAsync($"/w/{workspace}/market/grade-school-sums");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "tasks.json" }).ClickAsync());
        using var tasks = JsonDocument.Parse(await System.IO.File.ReadAllTextAsync(await download.PathAsync(), Cancel));
        Assert.Equal(2, tasks.RootElement.GetArrayLength());
    }

    private static async Task AnswerAsync(IPage page, string workspace)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Submit answers" }).ClickAsync();
        await page.GetByLabel("Responses").SetInputFilesAsync(File("responses.json", Responses));
        await page.GetByLabel("Model").FillAsync("quill-2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit", Exact = true }).ClickAsync();
        await page.WaitForURLAsync(address => address.Contains($"/w/{workspace}/submissions/sub_", StringComparison.Ordinal));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Tasks", Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator(".figures")).ToContainTextAsync("50");
        await page.GotoAsync($"/w/{workspace}/library");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Grade school sums", Exact = true })).ToBeVisibleAsync();
    }

    private static FilePayload File(string name, string json) => new() { Name = name, MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(json) };
}

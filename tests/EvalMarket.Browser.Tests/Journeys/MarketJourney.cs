using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Journeys;

/// <summary>From a seller's files to a buyer's score, in two browsers and a buyer's program, with a key that the buyer never sees.</summary>
public sealed partial class MarketJourney(TestApp app, Chromium chromium) : BrowserTest(app, chromium)
{
    private const string Canary = "nightingale";
    private const int RealTasks = 150;

    private readonly List<Task<string?>> looks = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bundle_is_uploaded_published_bought_answered_and_scored_without_showing_its_key()
    {
        const string Tasks = """
            [{"task_id":"gsm-1","task_prompt":"Natalia sold clips to 48 friends in April, and half as many in May. How many in all?","reference_file":""},
             {"task_id":"gsm-2","task_prompt":"How many rows has the table?","reference_file":"rows.csv"}]
            """;
        const string Answers = $$"""
            [{"task_id":"gsm-1","answer":"72","reference_file":"","passThreshold":100,"criteria":[{"id":"c1","name":"Number","type":"numeric","description":"72","rationale":"{{Canary}}","weight":100}]},
             {"task_id":"gsm-2","answer":"10","reference_file":"rows.csv","passThreshold":100,"criteria":[{"id":"c1","name":"Number","type":"numeric","description":"10","rationale":"{{Canary}}","weight":100}]}]
            """;
        // What the files are called says nothing: their content does.
        await TradeAsync(
            "Grade school sums",
            [File("first.json", Answers), File("second.json", Tasks), new FilePayload { Name = "files.zip", MimeType = "application/zip", Buffer = Zip("rows.csv", "a\n1\n") }],
            "Natalia sold clips",
            tasks => tasks.Select((id, index) => (id, index == 0 ? "48 + 24. Answer: 72" : "Answer: 12")),
            "50");
    }

    [Fact]
    public async Task A_bundle_of_real_problems_goes_the_same_way()
    {
        if (TestFolder.SharedFixtures() is not { } fixtures || !System.IO.File.Exists(Path.Combine(fixtures, "messages-jsonl", "gsm8k-train.jsonl")))
        {
            Assert.Skip("The collection of real files (shared/fixtures) is not on this machine.");
            return;
        }

        var problems = await System.IO.File.ReadLinesAsync(Path.Combine(fixtures, "messages-jsonl", "gsm8k-train.jsonl"), Cancel).Take(RealTasks).Select(Read).ToListAsync(Cancel);
        var tasks = problems.Select((problem, index) => new { task_id = $"gsm8k-{index:D4}", task_prompt = problem.Question, reference_file = "" });
        var answers = problems.Select((problem, index) => new
        {
            task_id = $"gsm8k-{index:D4}",
            answer = problem.Answer,
            reference_file = "",
            passThreshold = 100,
            criteria = new[] { new { id = "c1", name = "Number", type = "numeric", description = problem.Answer, weight = 100, rationale = $"{Canary} {problem.Solution}" } },
        });
        // Every fifth is answered wrong, as a model would write it.
        await TradeAsync(
            "GSM8K, the first problems",
            [File("gsm8k.json", JsonSerializer.Serialize(tasks)), File("gsm8k-solved.json", JsonSerializer.Serialize(answers))],
            "Natalia sold clips",
            ids => ids.Select((id, index) => (id, index % 5 == 0 ? "I think that it is 0.123" : $"Let me see.\n\nAnswer: **${problems[index].Answer}**")),
            "80");
    }

    private static (string Question, string Solution, string Answer) Read(string line)
    {
        using var json = JsonDocument.Parse(line);
        var solution = json.RootElement.GetProperty("answer").GetString()!;
        return (json.RootElement.GetProperty("question").GetString()!, solution, solution[(solution.LastIndexOf("####", StringComparison.Ordinal) + 4)..].Trim());
    }

    private async Task TradeAsync(string title, FilePayload[] files, string prompt, Func<IReadOnlyList<string>, IEnumerable<(string Id, string Response)>> answer, string score)
    {
        var (seller, buyer) = (await App.Data.PersonAsync(), await App.Data.PersonAsync());
        var (stall, lab) = (await App.Data.WorkspaceAsync(seller), await App.Data.WorkspaceAsync(buyer));
        var slug = $"sums-of-{stall}";
        var sellers = await SignInAsync(seller);
        var buyers = await SignInAsync(buyer);
        buyers.Response += (_, response) => looks.Add(LeakAsync(response));

        await UploadAsync(sellers, stall, title, files);
        await PublishAsync(sellers, slug, prompt);
        await AskAsync(buyers, lab, title);
        await sellers.ReloadAsync();
        await sellers.GetByRole(AriaRole.Button, new() { Name = $"Grant Evaluation to {lab}" }).ClickAsync();
        await Expect(sellers.GetByRole(AriaRole.Button, new() { Name = $"Revoke Evaluation of {lab}" })).ToBeVisibleAsync();
        var ids = await DownloadAsync(lab, slug, files.Length > 2);
        await SubmitAsync(buyers, lab, slug, JsonSerializer.Serialize(answer(ids).Select(one => new { task_id = one.Id, model_response = one.Response })), score);
        await buyers.GotoAsync($"/w/{lab}/library");
        await Expect(buyers.GetByRole(AriaRole.Link, new() { Name = title, Exact = true })).ToBeVisibleAsync();

        Assert.NotEmpty(looks);
        Assert.All(await Task.WhenAll(looks), Assert.Null);
    }

    /// <summary>The address of an answer that has something of the key in it.</summary>
    private static async Task<string?> LeakAsync(IResponse response)
    {
        if (response.Request.ResourceType is not ("document" or "xhr" or "fetch") || response.Status is < 200 or >= 300)
            return null;
        try
        {
            return (await response.TextAsync()).Contains(Canary, StringComparison.Ordinal) ? response.Url : null;
        }
        catch (PlaywrightException)
        {
            // The browser keeps no text of a page that was left already; AnswerKeyTests searches every answer.
            return null;
        }
    }

    private static async Task UploadAsync(IPage page, string workspace, string title, FilePayload[] files)
    {
        await page.GotoAsync($"/w/{workspace}/bundles");
        await page.GetByRole(AriaRole.Link, new() { Name = "Upload a bundle" }).First.ClickAsync();
        // Until it is loaded nobody listens to what is chosen.
        await page.WaitForURLAsync(address => address.EndsWith("/bundles/new", StringComparison.Ordinal));
        await page.GetByLabel("Choose files").SetInputFilesAsync(files);
        await page.WaitForURLAsync(UploadAddress());
        await Expect(page.GetByText("Everything is right.")).ToBeVisibleAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(title);
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep the bundle" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = title })).ToBeVisibleAsync();
    }

    private static async Task PublishAsync(IPage page, string slug, string prompt)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Make a listing" }).ClickAsync();
        await page.GetByLabel("Address").FillAsync(slug);
        await page.GetByLabel("Summary").FillAsync("Sums in words.");
        await page.GetByLabel("Motivation").FillAsync("Whether a model can **add**.");
        await page.GetByLabel("Provenance").FillAsync("Written by people, checked twice.");
        await page.GetByLabel("Limits", new() { Exact = true }).FillAsync("Nothing beyond grade school.");
        await page.GetByLabel("Price", new() { Exact = true }).FillAsync("20");
        await page.GetByLabel("Each task").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save as a draft" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Preview" }).ClickAsync();
        await Expect(page.GetByText("This is what buyers will see")).ToBeVisibleAsync();
        await Expect(page.GetByText(prompt)).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Provenance" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Edit listing" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Unlist" })).ToBeVisibleAsync();
    }

    private static async Task AskAsync(IPage page, string workspace, string title)
    {
        await page.GotoAsync($"/w/{workspace}/market");
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search listings" }).FillAsync(title);
        await page.GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = title }).First.ClickAsync();
        await page.GetByLabel("Message to the seller").FillAsync("For our March run.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask the seller" }).ClickAsync();
        await Expect(page.GetByText("The seller decides")).ToBeVisibleAsync();
    }

    /// <summary>As a program of the buyer does, with a key: <c>curl -H "Authorization: Bearer …"</c>.</summary>
    private async Task<IReadOnlyList<string>> DownloadAsync(string workspace, string slug, bool hasFiles)
    {
        using var program = App.Client((await App.Data.KeyAsync(workspace)).Secret);
        var tasks = await LookAsync(program, $"/api/listings/{slug}/tasks.json");
        if (hasFiles)
        {
            Assert.Equal("a\n1\n", await LookAsync(program, $"/api/listings/{slug}/reference/rows.csv"));
            await LookAsync(program, $"/api/listings/{slug}/reference.zip");
        }

        await LookAsync(program, $"/api/listings/{slug}");
        using var refused = await program.GetAsync($"/api/listings/{slug}/core/answers.json", Cancel);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, refused.StatusCode);
        using var json = JsonDocument.Parse(tasks);
        return [.. json.RootElement.EnumerateArray().Select(task => task.GetProperty("task_id").GetString()!)];
    }

    private static async Task<string> LookAsync(HttpClient program, string address)
    {
        using var answer = await program.GetAsync(address, Cancel);
        answer.EnsureSuccessStatusCode();
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotContain(Canary, text, StringComparison.Ordinal);
        return text;
    }

    private static async Task SubmitAsync(IPage page, string workspace, string slug, string responses, string score)
    {
        await page.GotoAsync($"/w/{workspace}/market/{slug}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Submit answers" }).ClickAsync();
        await page.GetByLabel("Responses").SetInputFilesAsync(File("responses.json", responses));
        await page.GetByLabel("Model").FillAsync("quill-2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit", Exact = true }).ClickAsync();
        await page.WaitForURLAsync(address => address.Contains($"/w/{workspace}/submissions/sub_", StringComparison.Ordinal));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Tasks", Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator(".figures dd").First).ToHaveTextAsync(score);
    }

    [GeneratedRegex("/bundles/bun_[^/]+/uploads/job_", RegexOptions.NonBacktracking)]
    private static partial Regex UploadAddress();

    private static FilePayload File(string name, string json) => new() { Name = name, MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(json) };

    private static byte[] Zip(string name, string text)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = new StreamWriter(zip.CreateEntry(name).Open());
            entry.Write(text);
        }

        return buffer.ToArray();
    }
}

using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;
using Microsoft.Playwright;

namespace EvalMarket.Browser.Tests.Accessibility;

public sealed class MarketPageTests(TestApp app, Chromium chromium) : PageCheck(app, chromium)
{
    private const string Tasks = """
        [{"task_id":"ledger-rounding-and-minor-units-0001","task_prompt":"Why does `Money.parse(\"12.345\")` raise?\n\n1. Read the **table**.\n2. Say it in one sentence.","reference_file":"table-of-minor-units-by-currency.csv"},
         {"task_id":"capital","task_prompt":"What is the capital of France?","reference_file":""},
         {"task_id":"unscored","task_prompt":"Tell a story.","reference_file":""}]
        """;

    private const string Answers = """
        [{"task_id":"ledger-rounding-and-minor-units-0001","answer":"2","reference_file":"table-of-minor-units-by-currency.csv","passThreshold":60,"criteria":[
           {"id":"c1","name":"Names the number of minor units that the currency has","type":"numeric","description":"2","weight":70},
           {"id":"c2","name":"Is polite","type":"semantic","description":"Polite","semanticPrompt":"Is it polite?","weight":30}]},
         {"task_id":"capital","answer":"Paris","passThreshold":100,"criteria":[{"id":"c3","name":"City","type":"lexical","description":"The capital","weight":100}]}]
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_of_the_market_with_nothing_on_them_have_no_barrier_and_fit_their_window()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var page = await SignInAsync(person);
        foreach (var (name, address) in new[]
        {
            ("bundles-none", "/bundles"), ("bundle-new", "/bundles/new"), ("bundle-dataset-none", "/bundles/dataset"), ("reviews-none", "/bundles/reviews"), ("listings-none", "/listings"),
            ("listing-new-none", "/listings/new"), ("library-none", "/library"), ("submissions-none", "/submissions"), ("compare-none", "/submissions/compare"), ("market-none", "/market?q=nowheretobefound"),
        })
        {
            Assert.Equal(200, await GoAsync(page, $"/w/{slug}{address}"));
            await CheckAsync(page, name);
        }
    }

    [Fact]
    public async Task Pages_of_a_seller_have_no_barrier_and_fit_their_window()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        using var program = App.Client((await App.Data.KeyAsync(slug)).Secret);
        var bundle = await BundleAsync(program);
        var listing = await ListAsync(program, bundle, $"ledgers-of-{slug}", 480);
        var draft = await ListAsync(program, bundle, $"draft-of-{slug}", 0, "draft");
        var (_, _, buyer) = await BuyerAsync(program, listing);
        var submission = await SubmitAsync(buyer, listing, "quill-2", "Answer: 2");
        using var asked = (await OtherAsync()).Program;
        using var request = await asked.PostAsync($"/api/listings/{listing}/grants", Json("""{"message":"For our March run, if we may, and for the one in April if it goes well."}"""), Cancel);
        request.EnsureSuccessStatusCode();
        using var made = await program.PostAsJsonAsync("/api/datasets", new { name = "Refund reasoning", sections = new[] { "Rounding and minor units", "Chargebacks" } }, Cancel);
        var dataset = (await made.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString();
        var page = await SignInAsync(person);
        await page.GotoAsync($"/w/{slug}/bundles/new");
        await page.GetByLabel("Choose files").SetInputFilesAsync(
            [File("tasks.json", Tasks), File("answers.json", Answers.Replace("\"weight\":70", "\"weight\":71", StringComparison.Ordinal).Replace("\"type\":\"lexical\"", "\"type\":\"magic\"", StringComparison.Ordinal))]);
        await page.WaitForURLAsync(address => address.Contains("/uploads/", StringComparison.Ordinal));
        await CheckAsync(page, "bundle-upload-wrong");
        var upload = new Uri(page.Url).AbsolutePath[$"/w/{slug}".Length..];
        foreach (var (name, address) in new[]
        {
            ("bundle-file", $"{upload}/file?part=answers&line=2&column=20"), ("bundles", "/bundles"), ("bundle", $"/bundles/{bundle}"), ("bundle-task", $"/bundles/{bundle}/task?id=capital"), ("bundle-task-new", $"/bundles/{bundle}/task"),
            ("bundle-version", $"/bundles/new?bundle={bundle}"), ("bundle-dataset", "/bundles/dataset"), ("bundle-dataset-criteria", $"/bundles/dataset?dataset={dataset}"), ("reviews", "/bundles/reviews"), ("review", $"/bundles/reviews/{submission}"),
            ("listings", "/listings"), ("listing-new", "/listings/new"), ("listing-edit", $"/listings/{listing}"), ("listing-draft", $"/listings/{draft}"), ("listing-preview", $"/market/{draft}"), ("listing-own", $"/market/{listing}"),
        })
        {
            Assert.Equal(200, await GoAsync(page, $"/w/{slug}{address}"));
            await UnfoldAsync(page);
            await CheckAsync(page, name);
        }
    }

    [Fact]
    public async Task Pages_of_a_buyer_and_a_visitor_have_no_barrier_and_fit_their_window()
    {
        using var program = (await OtherAsync()).Program;
        var bundle = await BundleAsync(program);
        var listing = await ListAsync(program, bundle, $"sums-{bundle[^6..]}", 480);
        var (person, slug, buyer) = await BuyerAsync(program, listing);
        var (first, second) = (await SubmitAsync(buyer, listing, "quill-2-large-with-a-rather-long-name", "Answer: 3"), await SubmitAsync(buyer, listing, "quill-2", "Answer: 2"));
        var simple = await ListAsync(program, await BundleAsync(program, Answers.Replace("\"type\":\"semantic\"", "\"type\":\"regex\"", StringComparison.Ordinal)), $"rules-{bundle[^6..]}", 0);
        var (graded, other) = (await SubmitAsync(buyer, simple, "quill-1", "Answer: 2"), await SubmitAsync(buyer, simple, "quill-3", "Answer: 7"));
        var page = await SignInAsync(person);
        foreach (var (name, address) in new[]
        {
            ("market", $"/w/{slug}/market"), ("listing", $"/w/{slug}/market/{listing}"), ("listing-board", $"/w/{slug}/market/{simple}"), ("submit", $"/w/{slug}/market/{listing}/submit"), ("library", $"/w/{slug}/library"),
            ("submissions", $"/w/{slug}/submissions"), ("submission-pending", $"/w/{slug}/submissions/{first}"), ("submission", $"/w/{slug}/submissions/{graded}"), ("compare", $"/w/{slug}/submissions/compare?a={graded}&b={other}"),
            ("compare-pending", $"/w/{slug}/submissions/compare?a={first}&b={second}"),
        })
        {
            Assert.Equal(200, await GoAsync(page, address));
            await UnfoldAsync(page);
            await CheckAsync(page, name);
        }

        ExpectStatus(page, 422);
        await page.GotoAsync($"/w/{slug}/market/{listing}/submit");
        await page.GetByLabel("Responses").SetInputFilesAsync(File("responses.json", """[{"task_id":"nowhere"},{"task_id":"capital","model_response":7}]"""));
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).First.WaitForAsync();
        await CheckAsync(page, "submit-wrong");
        var visitor = await OpenAsync();
        foreach (var (name, address) in new[] { ("public-market", "/market"), ("public-listing", $"/market/{listing}"), ("public-commitment", $"/market/{listing}/commitment") })
        {
            Assert.Equal(200, await GoAsync(visitor, address));
            await UnfoldAsync(visitor);
            await CheckAsync(visitor, name);
        }
    }

    private static async Task UnfoldAsync(IPage page)
    {
        foreach (var fold in await page.Locator("main details:not([open]) > summary").AllAsync())
        {
            if (await fold.IsVisibleAsync())
                await fold.ClickAsync();
        }
    }

    private static async Task<string> BundleAsync(HttpClient program, string answers = Answers)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("Ledgers, rounding and minor units of all currencies"), "name" }, { new StringContent(Tasks), "tasks", "tasks.json" },
            { new StringContent(answers), "answers", "answers.json" }, { new ByteArrayContent(Zip()), "reference", "reference.zip" },
        };
        using var answer = await program.PostAsync("/api/bundles", form, Cancel);
        return (await ReadAsync(answer)).GetProperty("id").GetString()!;
    }

    private static async Task<string> ListAsync(HttpClient program, string bundle, string slug, decimal price, string status = "published")
    {
        using var answer = await program.PostAsJsonAsync("/api/listings", new
        {
            bundle_id = bundle, title = "Ledgers, rounding and minor units of all currencies that there are", slug, price, status, quota = 20, reveal = "criterion", license = "CC-BY-4.0", tags = new[] { "money", "a-rather-long-tag-that-does-not-fit" },
            summary = "Whether a model can tell how money is rounded, and why.", description = "# Ledgers\n\nA list:\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```sql\nselect currency from ledger_entries where minor_units = 2 and rounded_amount <> amount_before_rounding;\n```",
            products = new[] { "evaluation", "core_dataset" }, data_card = new { motivation = "Models round **wrongly**.", provenance = "Written by [people](https://example.org).", limits = "Nothing of crypto." }, preview_tasks = 2,
        }, Cancel);
        return (await ReadAsync(answer)).GetProperty("slug").GetString()!;
    }

    /// <summary>Somebody whose workspace holds the listing.</summary>
    private async Task<(TestPerson Person, string Slug, HttpClient Program)> BuyerAsync(HttpClient seller, string listing)
    {
        var (person, slug, program) = await OtherAsync();
        using var granted = await seller.PostAsync($"/api/listings/{listing}/grants", Json($$"""{"workspace":"{{slug}}","product":"evaluation"}"""), Cancel);
        granted.EnsureSuccessStatusCode();
        return (person, slug, program);
    }

    private async Task<(TestPerson Person, string Slug, HttpClient Program)> OtherAsync()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        return (person, slug, App.Client((await App.Data.KeyAsync(slug)).Secret));
    }

    private static async Task<string> SubmitAsync(HttpClient program, string listing, string model, string response)
    {
        using var answer = await program.PostAsync(
            $"/api/listings/{listing}/submissions?model={model}&leaderboard=Lantern%20Labs",
            Json(JsonSerializer.Serialize(new[] { new { task_id = "ledger-rounding-and-minor-units-0001", model_response = response }, new { task_id = "capital", model_response = "Paris" } })),
            Cancel);
        return (await ReadAsync(answer)).GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonElement.Parse(body);
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private static FilePayload File(string name, string json) => new() { Name = name, MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(json) };

    private static byte[] Zip()
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = new StreamWriter(zip.CreateEntry("table-of-minor-units-by-currency.csv").Open());
            entry.Write("currency,units\nEUR,2\n");
        }

        return buffer.ToArray();
    }
}

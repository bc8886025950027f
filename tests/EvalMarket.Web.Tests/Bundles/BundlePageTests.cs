using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Sessions;

namespace EvalMarket.Web.Tests.Bundles;

public sealed class BundlePageTests(TestApp app) : IClassFixture<TestApp>
{
    private const string Tasks = """
        [{"task_id":"t1","task_prompt":"Capital of France?","reference_file":"","level":1.50},
         {"task_id":"t2","task_prompt":"6 times 7?","reference_file":""}]
        """;

    private const string Answers = """
        [{"task_id":"t1","answer":"Paris","reference_file":"","note":"kept","passThreshold":100,"criteria":[
           {"id":"c1","name":"City","type":"lexical","description":"","weight":60},
           {"id":"c2","name":"Manners","type":"semantic","description":"","weight":40,"semanticPrompt":"Is it polite?","own":[1]}]},
         {"task_id":"t2","answer":42,"reference_file":"","passThreshold":100,"criteria":[{"id":"c1","name":"Sum","type":"numeric","description":"","weight":100}]}]
        """;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_come_one_by_one_errors_lead_to_their_place_and_what_is_right_is_kept_byte_for_byte()
    {
        using var pages = await SessionPages.OpenAsync(app);
        using var begun = await pages.Browser.PostAsync($"/w/{pages.Slug}/bundles/new?handler=draft", null, Now);
        Assert.Equal(HttpStatusCode.Created, begun.StatusCode);
        var href = begun.Headers.Location!.ToString();

        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(pages, href, "tasks.json", Tasks));
        Assert.Contains("Still missing", (await GetAsync(pages, href)).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await SendAsync(pages, href, "talk.mp4", "x"));
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(pages, href, "answers.json", Answers.Replace("\"weight\":40", "\"weight\":41", StringComparison.Ordinal)));

        var wrong = await GetAsync(pages, href);
        Assert.Contains("1 error", wrong.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("they sum to 101", wrong.Body.TextContent, StringComparison.Ordinal);
        Assert.Null(wrong.QuerySelector("form[action*=keep]"));
        var place = wrong.QuerySelector("td a[href*='part=answers&line=1']")!.GetAttribute("href")!;
        var viewer = await GetAsync(pages, place);
        Assert.Contains("\"criteria\"", viewer.QuerySelector("tr.is-place")!.TextContent, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(pages, href, "answers.json", Answers));
        var right = await GetAsync(pages, href);
        Assert.Contains("Everything is right.", right.Body!.TextContent, StringComparison.Ordinal);
        using var kept = await PostAsync(pages, $"{href}?handler=keep", ("name", "Capitals"));
        var bundle = kept.Headers.Location!.ToString();
        var page = await GetAsync(pages, bundle);
        Assert.Contains("Capitals", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(Tasks, await pages.Browser.GetStringAsync(page.QuerySelector("a[href*='tasks.json']")!.GetAttribute("href"), Now));
        Assert.Equal(Answers, await pages.Browser.GetStringAsync(page.QuerySelector("a[href*='answers.json']")!.GetAttribute("href"), Now));
        Assert.Contains("Capitals", (await GetAsync(pages, $"/w/{pages.Slug}/bundles")).Body!.TextContent, StringComparison.Ordinal);
        using var gone = await pages.Browser.GetAsync(href, Now);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task What_a_json_file_is_is_told_by_its_content_and_a_person_may_say_otherwise()
    {
        using var pages = await SessionPages.OpenAsync(app);
        using var begun = await pages.Browser.PostAsync($"/w/{pages.Slug}/bundles/new?handler=draft", null, Now);
        var href = begun.Headers.Location!.ToString();

        // Names that say nothing, and names that say the wrong thing.
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(pages, href, "export (1).json", Answers));
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(pages, href, "my-answers.json", $$"""{"version":1,"note":"x","prompts":{{Tasks}}}"""));
        Assert.Contains("Everything is right.", (await GetAsync(pages, href)).Body!.TextContent, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, await SendAsync(pages, href, "list.json", "[{\"id\":1}]"));
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(pages, href, "list.json", "[{\"id\":1}]", "answers"));
        Assert.Contains("\"task_id\" is missing.", (await GetAsync(pages, href)).Body!.TextContent, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(pages, href, "list.json", Tasks, "answers"));
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(pages, href, "list.json", Answers, "tasks"));
        using (await PostAsync(pages, $"{href}?handler=swap"))
            Assert.Contains("Everything is right.", (await GetAsync(pages, href)).Body!.TextContent, StringComparison.Ordinal);
        using (await PostAsync(pages, $"{href}?handler=remove", ("part", "answers")))
        using (await PostAsync(pages, $"{href}?handler=swap"))
            Assert.Equal(["View", "Remove answers.json"], (await GetAsync(pages, href)).QuerySelectorAll("li.file a, li.file button").Select(one => one.GetAttribute("aria-label") ?? one.TextContent));
    }

    [Fact]
    public async Task A_task_is_edited_with_its_criteria_and_everything_else_stays_as_it_was()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var bundle = await UploadAsync(pages);

        var editor = await GetAsync(pages, $"{bundle}/task?id=t1");
        Assert.Equal("100", editor.QuerySelector("[data-weights-total]")!.TextContent);
        var fields = Fields(editor);
        fields["Form.Criteria[0].Weight"] = "50";
        using var refused = await PostAsync(pages, $"{bundle}/task?id=t1", fields);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("they sum to 90", await refused.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);

        fields["Form.Criteria[1].Weight"] = "50";
        fields["Form.Prompt"] = "Which city is the capital of France?";
        using var saved = await PostAsync(pages, $"{bundle}/task?id=t1", fields);
        Assert.Equal(HttpStatusCode.Redirect, saved.StatusCode);

        var page = await GetAsync(pages, bundle);
        Assert.Contains("version 2", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        var tasks = await pages.Browser.GetStringAsync(page.QuerySelector("a[href*='tasks.json']")!.GetAttribute("href"), Now);
        Assert.Contains("\"level\":1.50", tasks, StringComparison.Ordinal);
        Assert.Contains("""{"task_id":"t2","task_prompt":"6 times 7?","reference_file":""}""", tasks, StringComparison.Ordinal);
        using var answers = JsonDocument.Parse(await pages.Browser.GetStringAsync(page.QuerySelector("a[href*='answers.json']")!.GetAttribute("href"), Now));
        Assert.Equal("kept", answers.RootElement[0].GetProperty("note").GetString());
        Assert.Equal("[1]", answers.RootElement[0].GetProperty("criteria")[1].GetProperty("own").GetRawText());
        Assert.Equal([50, 50], answers.RootElement[0].GetProperty("criteria").EnumerateArray().Select(criterion => criterion.GetProperty("weight").GetInt32()));

        // The page that was opened before is of an old version now.
        using var stale = await PostAsync(pages, $"{bundle}/task?id=t1", fields);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, stale.StatusCode);
        using var removed = await PostAsync(pages, $"{bundle}/task?id=t2", ("remove", "true"), ("Form.Version", "2"));
        Assert.Equal(HttpStatusCode.Redirect, removed.StatusCode);
        Assert.Equal(["t1"], (await GetAsync(pages, bundle)).QuerySelectorAll("main .row-link").Select(link => link.TextContent));
    }

    [Fact]
    public async Task A_dataset_becomes_a_bundle_of_its_items_with_outputs()
    {
        using var pages = await SessionPages.OpenAsync(app);
        using var made = await pages.Program.PostAsJsonAsync("/api/datasets", new { name = "Sums" }, Now);
        var dataset = (await made.Content.ReadFromJsonAsync<JsonElement>(Now)).GetProperty("id").GetString();
        var (map, other, third) = (await AssetAsync(pages, dataset, "map.csv", "a\n1\n"), await AssetAsync(pages, dataset, "map.csv", "b\n2\n"), await AssetAsync(pages, dataset, "third.txt", "c"));
        object[] items =
        [
            new { input = new { content = "6 times 7?" }, output = new { content = "42" }, assets = new[] { map } }, new { input = new { content = "Is 7 prime?" }, output = new { content = "Yes" }, assets = new[] { other, third } },
            new { input = new { content = "Capital of France?" }, output = new { content = "Paris" } }, new { input = new { content = "And 8?" } },
        ];
        using var sent = await pages.Program.PostAsJsonAsync($"/api/datasets/{dataset}/items", items, Now);
        sent.EnsureSuccessStatusCode();

        var href = $"/w/{pages.Slug}/bundles/dataset?dataset={dataset}";
        var form = Fields(await GetAsync(pages, href));
        form["Sections"] = (await GetAsync(pages, href)).QuerySelector("input[name=Sections]")!.GetAttribute("value")!;
        // The criteria are edited before: the words count most, a jury looks at the rest.
        form["Form.Criteria[0].Weight"] = "70";
        using (var unbalanced = await PostAsync(pages, href, form))
            Assert.Contains("they sum to 70", await unbalanced.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        form["Form.Criteria[1].Name"] = "Manners";
        form["Form.Criteria[1].Type"] = "semantic";
        form["Form.Criteria[1].Weight"] = "30";
        form["Form.Criteria[1].SemanticPrompt"] = "Is it polite?";
        form["Form.PassThreshold"] = "60";
        using var draft = await PostAsync(pages, href, form);
        Assert.Equal(HttpStatusCode.Redirect, draft.StatusCode);
        var page = await GetAsync(pages, draft.Headers.Location!.ToString());
        var words = string.Join(' ', page.Body!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("Everything is right. 3 tasks, 3 of them scored; 6 criteria; 2 reference files.", words, StringComparison.Ordinal);
        Assert.Contains("1 item has no output and was left out.", words, StringComparison.Ordinal);
        Assert.Contains("1 item has more than one file: a task has one, so the first was taken.", words, StringComparison.Ordinal);

        using var kept = await PostAsync(pages, $"{draft.Headers.Location}?handler=keep", ("name", "Sums"));
        var bundle = kept.Headers.Location!.ToString().Split('/')[^1];
        using var tasks = JsonDocument.Parse(await pages.Program.GetStringAsync($"/api/bundles/{bundle}/tasks.json", Now));
        using var answers = JsonDocument.Parse(await pages.Program.GetStringAsync($"/api/bundles/{bundle}/answers.json", Now));
        Assert.Equal(["map.csv", "map-2.csv", ""], tasks.RootElement.EnumerateArray().Select(task => task.GetProperty("reference_file").GetString()));
        Assert.Equal(["numeric 70", "semantic 30", "binary 70", "semantic 30", "lexical 70", "semantic 30"], answers.RootElement.EnumerateArray()
            .SelectMany(answer => answer.GetProperty("criteria").EnumerateArray()).Select(criterion => $"{criterion.GetProperty("type").GetString()} {criterion.GetProperty("weight")}"));
        Assert.All(answers.RootElement.EnumerateArray(), answer => Assert.Equal(60, answer.GetProperty("passThreshold").GetInt32()));
        using var zip = new ZipArchive(new MemoryStream(await pages.Program.GetByteArrayAsync($"/api/bundles/{bundle}/reference.zip", Now)));
        using var text = new StreamReader(zip.GetEntry("map-2.csv")!.Open());
        Assert.Equal("b\n2\n", await text.ReadToEndAsync(Now));
    }

    /// <summary>A file for items, as their <c>assets</c> name it.</summary>
    private static async Task<JsonObject> AssetAsync(SessionPages pages, string? dataset, string name, string content)
    {
        using var form = new MultipartFormDataContent { { new StringContent(content), "file", name } };
        using var sent = await pages.Program.PostAsync($"/api/datasets/{dataset}/assets", form, Now);
        sent.EnsureSuccessStatusCode();
        var asset = JsonNode.Parse(await sent.Content.ReadAsStringAsync(Now))!.AsObject();
        asset.Remove("id");
        return asset;
    }

    [Fact]
    public async Task A_plain_form_sends_all_files_and_says_which_file_has_no_place()
    {
        using var pages = await SessionPages.OpenAsync(app);
        using var loose = new MultipartFormDataContent { { new StringContent("x"), "file", "notes.txt" } };
        using var refused = await pages.Browser.PostAsync($"/w/{pages.Slug}/bundles/new", loose, Now);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("one ZIP with all reference files", await refused.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        Assert.Contains("2 tasks", (await GetAsync(pages, await UploadAsync(pages))).Body!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<string> UploadAsync(SessionPages pages)
    {
        using var form = new MultipartFormDataContent { { new StringContent(Tasks), "file", "tasks.json" }, { new StringContent(Answers), "file", "answers.json" } };
        using var sent = await pages.Browser.PostAsync($"/w/{pages.Slug}/bundles/new", form, Now);
        using var kept = await PostAsync(pages, $"{sent.Headers.Location}?handler=keep", ("name", "A bundle"));
        return kept.Headers.Location!.ToString();
    }

    private static async Task<HttpStatusCode> SendAsync(SessionPages pages, string href, string name, string content, string? said = null)
    {
        using var form = new MultipartFormDataContent { { new StringContent(content, Encoding.UTF8), "file", name } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{href}?handler=files&batch=1&part={said}") { Content = form };
        request.Headers.Add("HX-Request", "true");
        using var answer = await pages.Browser.SendAsync(request, Now);
        return answer.StatusCode;
    }

    private static Task<HttpResponseMessage> PostAsync(SessionPages pages, string href, params IEnumerable<(string Name, string Value)> fields) =>
        pages.Browser.PostAsync(href, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))), Now);

    private static Task<HttpResponseMessage> PostAsync(SessionPages pages, string href, Dictionary<string, string> fields) => PostAsync(pages, href, fields.Select(field => (field.Key, field.Value)));

    /// <summary>What a browser would send.</summary>
    private static Dictionary<string, string> Fields(IHtmlDocument page)
    {
        Dictionary<string, string> fields = [];
        foreach (var input in page.QuerySelectorAll("main form input[name]").OfType<IHtmlInputElement>().Where(input => input.Type is not "checkbox" || input.IsChecked))
            fields[input.Name!] = input.Value;
        foreach (var text in page.QuerySelectorAll("main form textarea").OfType<IHtmlTextAreaElement>())
            fields[text.Name!] = text.Value;
        foreach (var choice in page.QuerySelectorAll("main form select").OfType<IHtmlSelectElement>())
            fields[choice.Name!] = choice.Value ?? "";
        return fields;
    }

    private static async Task<IHtmlDocument> GetAsync(SessionPages pages, string href)
    {
        using var answer = await pages.Browser.GetAsync(href, Now);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync(Now));
    }
}

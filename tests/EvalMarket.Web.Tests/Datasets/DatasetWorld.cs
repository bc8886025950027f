using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Sessions;

namespace EvalMarket.Web.Tests.Datasets;

/// <summary>A workspace with somebody in front of it, and a dataset of two sections, filled over the API.</summary>
internal sealed class DatasetWorld(SessionPages pages, string dataset, IReadOnlyList<string> sections, IReadOnlyList<string> items) : IDisposable
{
    public SessionPages Pages => pages;

    public string Dataset => dataset;

    public IReadOnlyList<string> Sections => sections;

    public IReadOnlyList<string> Items => items;

    /// <summary>Address of the dataset's pages in the workspace.</summary>
    public string Path => $"/datasets/{dataset}";

    /// <summary>Two sections, "First" with three items about apples and "Second" with one about pears.</summary>
    public static async Task<DatasetWorld> OpenAsync(TestApp app, WorkspaceRole role = WorkspaceRole.Owner)
    {
        var pages = await SessionPages.OpenAsync(app, role);
        using var made = await pages.Program.PostAsJsonAsync("/api/datasets", new { name = "Fruit", description = "All about **fruit**.", sections = new[] { "First", "Second" } });
        made.EnsureSuccessStatusCode();
        var dataset = await made.Content.ReadFromJsonAsync<JsonElement>();
        var sections = dataset.GetProperty("sections").EnumerateArray().Select(section => section.GetProperty("id").GetString()!).ToList();
        var id = dataset.GetProperty("id").GetString()!;
        var items = new List<string>();
        foreach (var (section, texts) in new[] { (sections[0], new[] { "Which apple is red?", "Which apple is green?", "Which apple is sour?" }), (sections[1], ["Which pear is soft?"]) })
        {
            using var added = await pages.Program.PostAsJsonAsync(
                $"/api/datasets/{id}/items?section_id={section}",
                texts.Select(text => new { input = new { content = text }, output = new { content = text.EndsWith("sour?", StringComparison.Ordinal) ? "" : "This one." }, context = new { tags = new[] { "fruit" } } }));
            added.EnsureSuccessStatusCode();
            items.AddRange((await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("ids").EnumerateArray().Select(item => item.GetString()!));
        }

        return new DatasetWorld(pages, id, sections, items);
    }

    public async Task<JsonElement> ItemAsync(string item) => await pages.Program.GetFromJsonAsync<JsonElement>($"/api/datasets/{dataset}/items/{item}");

    public async Task<int> VersionAsync() => (await pages.Program.GetFromJsonAsync<JsonElement>($"/api/datasets/{dataset}")).GetProperty("version").GetInt32();

    public Task<IHtmlDocument> GetAsync(string rest = "") => pages.GetAsync(Path + rest);

    public Task<HttpResponseMessage> PostAsync(string rest, params IReadOnlyList<(string Name, string Value)> fields) => pages.PostAsync(Path + rest, fields);

    /// <summary>The fields of an item's form, as the page has them.</summary>
    public async Task<Dictionary<string, string>> FormAsync(string item)
    {
        var page = await GetAsync($"/items/{item}?edit=true");
        var form = (IHtmlFormElement)page.QuerySelector("#item-form")!;
        return form.QuerySelectorAll("textarea, input[type=hidden]").ToDictionary(field => field.GetAttribute("name")!, field => field is IHtmlTextAreaElement area ? area.Value : field.GetAttribute("value") ?? "");
    }

    public void Dispose() => pages.Dispose();
}

/// <summary>Reads answers as a browser does: on to where they lead.</summary>
internal static class Answers
{
    public static async Task<IHtmlDocument> ReadAsync(this HttpClient browser, HttpResponseMessage answer) => (await browser.FollowAsync(answer)).Page;

    public static async Task<(string Address, IHtmlDocument Page)> FollowAsync(this HttpClient browser, HttpResponseMessage answer)
    {
        if (answer.StatusCode != HttpStatusCode.Redirect)
        {
            return (answer.RequestMessage!.RequestUri!.PathAndQuery, await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync()));
        }

        var address = answer.Headers.Location!.ToString();
        using var next = await browser.GetAsync(address);
        next.EnsureSuccessStatusCode();
        return (address, await new HtmlParser().ParseDocumentAsync(await next.Content.ReadAsStringAsync()));
    }
}

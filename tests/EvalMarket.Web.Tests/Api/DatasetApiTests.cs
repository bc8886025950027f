using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EvalMarket.TestKit;
using static EvalMarket.Web.Tests.Api.ApiWorkspace;

namespace EvalMarket.Web.Tests.Api;

public sealed class DatasetApiTests(TestApp app) : IClassFixture<TestApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dataset_is_made_with_its_sections_changed_deleted_and_brought_back()
    {
        using var workspace = await OpenAsync(app);

        var plain = await workspace.PostAsync("/api/datasets", """{"name":"Plain"}""", HttpStatusCode.Created);
        Assert.Equal("default", Assert.Single(plain.GetProperty("sections").EnumerateArray()).GetProperty("name").GetString());
        var made = await workspace.PostAsync("/api/datasets", """{"name":"Two","description":"**bold**","schema":{"type":"object"},"sections":["easy","hard"]}""", HttpStatusCode.Created);
        var id = made.GetProperty("id").GetString();
        Assert.Equal((1, "**bold**", "object"), (made.GetProperty("version").GetInt32(), made.GetProperty("description").GetString(), made.GetProperty("schema").GetProperty("type").GetString()));

        var hard = made.GetProperty("sections")[1].GetProperty("id").GetString();
        var third = await workspace.PostAsync($"/api/datasets/{id}/sections", """{"name":"third"}""", HttpStatusCode.Created);
        await workspace.PostAsync($"/api/datasets/{id}/sections", """{"name":"third"}""", HttpStatusCode.Conflict);
        var moved = await workspace.PatchAsync($"/api/datasets/{id}/sections/{third.GetProperty("id").GetString()}", """{"name":"first","position":0}""");
        Assert.Equal(["first", "easy", "hard"], moved.GetProperty("sections").EnumerateArray().Select(section => section.GetProperty("name").GetString()));
        await workspace.SendAsync(HttpMethod.Delete, $"/api/datasets/{id}/sections/{hard}", "", HttpStatusCode.NoContent);
        var renamed = await workspace.PatchAsync($"/api/datasets/{id}", """{"name":"Renamed","schema":null}""");
        Assert.Equal(("Renamed", JsonValueKind.Null, "**bold**"), (renamed.GetProperty("name").GetString(), renamed.GetProperty("schema").ValueKind, renamed.GetProperty("description").GetString()));

        Assert.Equal(["Renamed", "Plain"], (await workspace.GetAsync("/api/datasets")).GetProperty("items").EnumerateArray().Select(each => each.GetProperty("name").GetString()));
        var page = await workspace.GetAsync("/api/datasets?limit=1");
        Assert.Equal("Plain", (await workspace.GetAsync($"/api/datasets?limit=1&cursor={page.GetProperty("next_cursor").GetString()}")).GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Equal("Two", (await workspace.GetAsync($"/api/datasets/{id}?version=1")).GetProperty("name").GetString());

        await workspace.SendAsync(HttpMethod.Delete, $"/api/datasets/{id}", "", HttpStatusCode.NoContent);
        await workspace.GetAsync($"/api/datasets/{id}", HttpStatusCode.NotFound);
        Assert.Equal("Renamed", (await workspace.PostAsync($"/api/datasets/{id}/undelete", "")).GetProperty("name").GetString());
        Assert.Equal("Renamed", (await workspace.GetAsync($"/datasets/{id}")).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("""{"name":" "}""", "/name")]
    [InlineData("""{"name":"a","sections":["x","x"]}""", "/sections/1")]
    [InlineData("""{"name":"a","sections":["x",""]}""", "/sections/1")]
    [InlineData("""{"name":"a","colour":"red"}""", null)]
    public async Task A_dataset_that_cannot_be_is_refused_with_the_place(string body, string? path)
    {
        using var workspace = await OpenAsync(app);

        var problem = await workspace.PostAsync("/api/datasets", body, HttpStatusCode.UnprocessableEntity);

        if (path is not null)
            Assert.Equal(path, Assert.Single(problem.GetProperty("errors").EnumerateArray()).GetProperty("path").GetString());
    }

    [Fact]
    public async Task Items_are_created_updated_and_unchanged_and_unknown_ids_are_taken()
    {
        using var workspace = await OpenAsync(app);
        var data = await Dataset.CreateAsync(workspace);

        var one = await data.PostAsync("""{"input":{"content":"2+2?"},"output":{"content":"4"},"context":{"tags":["sums"]}}""");
        Assert.Equal((1, 0, 0), Counts(one));
        var id = one.GetProperty("ids")[0].GetString();
        var again = await data.PostAsync($$$"""[{"id":"{{{id}}}","input":{"content":"2+2?"},"output":{"content":"4"},"context":{"tags":["sums"]}},{"id":"itm_01h455vb4pex5vsknk084sn02q","input":{"content":"3+3?"}}]""");
        Assert.Equal((1, 0, 1), Counts(again));
        Assert.Equal(2, again.GetProperty("ids").GetArrayLength());
        var changed = await data.PostAsync($$$"""{"id":"{{{id}}}","input":{"content":"2+2?"},"output":{"content":"four"}}""");
        Assert.Equal((0, 1, 0), Counts(changed));
        var nothing = await data.PostAsync($$$"""{"id":"{{{id}}}","input":{"content":"2+2?"},"output":{"content":"four"}}""");
        Assert.Equal(changed.GetProperty("version").GetInt32(), nothing.GetProperty("version").GetInt32());

        var items = await data.ItemsAsync();
        Assert.Equal(["2+2?", "3+3?"], items.Select(item => item.GetProperty("input").GetProperty("content").GetString()));
        Assert.All(items, item => Assert.Equal(data.Sections[0], item.GetProperty("section_id").GetString()));
        Assert.Equal("4", (await workspace.GetAsync($"{data.Path}/items/{id}?version=2")).GetProperty("output").GetProperty("content").GetString());
    }

    [Fact]
    public async Task One_bad_item_refuses_all_with_every_error_at_its_place()
    {
        using var workspace = await OpenAsync(app);
        var data = await Dataset.CreateAsync(workspace);

        var problem = await data.PostAsync("""[{"input":{"content":"a"}},{"input":{"content":""}},{"output":{"content":"b"}},{"input":{"content":"c"},"colour":"red"}]""", HttpStatusCode.UnprocessableEntity);
        Assert.Equal(["/1/input/content", "/2/input", "/3/colour"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()));
        using var lines = new StringContent("{\"input\":{\"content\":\"a\"}}\n{\"input\":{}}\n{", Encoding.UTF8, "application/x-ndjson");
        using var answer = await workspace.Http.PostAsync($"{data.Path}/items", lines, Cancel);
        var byLine = await ReadAsync(answer, HttpStatusCode.UnprocessableEntity);
        Assert.Equal([2, 3], byLine.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("line").GetInt32()));

        Assert.Empty(await data.ItemsAsync());
        Assert.Equal(1, (await workspace.GetAsync(data.Path)).GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Items_are_paged_in_section_order_and_around_a_deep_link()
    {
        using var workspace = await OpenAsync(app);
        var data = await Dataset.CreateAsync(workspace, "a", "b");
        await data.PostLinesAsync(Enumerable.Range(0, 60).Select(i => $$$"""{"input":{"content":"b{{{i}}}"}}"""), $"?section_id={data.Sections[1]}");
        var ids = (await data.PostLinesAsync(Enumerable.Range(0, 60).Select(i => $$$"""{"input":{"content":"a{{{i}}}"}}"""))).GetProperty("ids").EnumerateArray().Select(id => id.GetString()).ToList();
        string[] all = [.. Enumerable.Range(0, 60).Select(i => $"a{i}"), .. Enumerable.Range(0, 60).Select(i => $"b{i}")];

        Assert.Equal(all, (await data.ItemsAsync("limit=7")).Select(Input));
        Assert.Equal(all[60..], (await data.ItemsAsync($"limit=25&section_ids={data.Sections[1]}")).Select(Input));

        var around = await workspace.GetAsync($"{data.Path}/items?limit=11&around={ids[30]}");
        Assert.Equal(all[25..36], around.GetProperty("items").EnumerateArray().Select(Input));
        var before = await workspace.GetAsync($"{data.Path}/items?limit=10&cursor={around.GetProperty("previous_cursor").GetString()}");
        Assert.Equal(all[15..25], before.GetProperty("items").EnumerateArray().Select(Input));
        var after = await workspace.GetAsync($"{data.Path}/items?limit=10&cursor={around.GetProperty("next_cursor").GetString()}");
        Assert.Equal(all[36..46], after.GetProperty("items").EnumerateArray().Select(Input));

        using var request = new HttpRequestMessage(HttpMethod.Get, $"{data.Path}/items?q=b5");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));
        using var stream = await workspace.Http.SendAsync(request, Cancel);
        var lines = (await stream.Content.ReadAsStringAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["b5", .. Enumerable.Range(50, 10).Select(i => $"b{i}")], lines.Select(line => Input(JsonElement.Parse(line))));
    }

    [Fact]
    public async Task Filters_narrow_each_other_and_unknown_values_are_refused()
    {
        using var workspace = await OpenAsync(app);
        var data = await Dataset.CreateAsync(workspace);
        await data.PostAsync("""[{"input":{"content":"alpha ledger"},"output":{"content":"x"},"context":{"tags":["t1","t2"]}},{"input":{"content":"alpha beta"},"context":{"tags":["t2"],"city":"Ankara"}},{"input":{"content":"gamma"},"output":{"content":"alphabet"}},{"input":{"content":"delta"},"source":{"session_id":"ses_01h455vb4pex5vsknk084sn02q","message_ids":[]}}]""");

        Assert.Equal(["alpha ledger", "alpha beta", "gamma"], (await data.ItemsAsync("q=alph")).Select(Input));
        Assert.Equal(["alpha ledger"], (await data.ItemsAsync("q=alph&tag=t2&has_output=true")).Select(Input));
        Assert.Equal(["alpha ledger", "alpha beta"], (await data.ItemsAsync("tag=t1&tag=t2")).Select(Input));
        Assert.Equal(["alpha beta"], (await data.ItemsAsync("q=ankara")).Select(Input));
        Assert.Equal(["delta"], (await data.ItemsAsync("linked=true")).Select(Input));
        Assert.Equal(["alpha beta", "delta"], (await data.ItemsAsync("has_output=false&source=api")).Select(Input));
        Assert.Empty(await data.ItemsAsync("source=csv"));
        Assert.Empty(await data.ItemsAsync("q=!!!"));
        foreach (var wrong in new[] { "source=paper", "colour=red", "section_ids=sec_01h455vb4pex5vsknk084sn02q", "cursor=x", "limit=0", "has_output=maybe" })
            await workspace.GetAsync($"{data.Path}/items?{wrong}", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_change_on_top_of_an_old_text_is_412_and_the_link_goes_with_the_content_only()
    {
        using var workspace = await OpenAsync(app);
        var data = await Dataset.CreateAsync(workspace);
        var id = (await data.PostAsync("""{"input":{"content":"q"},"output":{"content":"a"},"source":{"session_id":"ses_01h455vb4pex5vsknk084sn02q","message_ids":["msg_01h455vb4pex5vsknk084sn02q"]}}""")).GetProperty("ids")[0].GetString();
        var (item, tag) = await data.OpenItemAsync(id!);
        Assert.Equal(JsonValueKind.Object, item.GetProperty("source").ValueKind);

        var same = await data.PutAsync(id!, """{"input":{"content":"q"},"output":{"content":"a"},"metadata":{"note":1}}""", tag);
        Assert.Equal(JsonValueKind.Object, same.GetProperty("source").ValueKind);
        await data.PutAsync(id!, """{"input":{"content":"q"},"output":{"content":"b"}}""", tag, HttpStatusCode.PreconditionFailed);
        var (_, newest) = await data.OpenItemAsync(id!);
        var changed = await data.PutAsync(id!, """{"input":{"content":"q"},"output":{"content":"b"},"source":{"session_id":"ses_01h455vb4pex5vsknk084sn02q","message_ids":[]}}""", newest);
        Assert.Equal(JsonValueKind.Null, changed.GetProperty("source").ValueKind);
        await data.PutAsync(id!, """{"input":{"content":""}}""", null, HttpStatusCode.UnprocessableEntity);
        await data.PutAsync("itm_01h455vb4pex5vsknk084sn02q", """{"input":{"content":"x"}}""", null, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Many_items_are_moved_tagged_duplicated_and_deleted_by_ids_or_filter()
    {
        using var workspace = await OpenAsync(app);
        var data = await Dataset.CreateAsync(workspace, "a", "b");
        var ids = (await data.PostAsync("""[{"input":{"content":"one"}},{"input":{"content":"two"}},{"input":{"content":"three"}}]""")).GetProperty("ids");

        Assert.Equal(1, (await workspace.PostAsync($"{data.Path}/items/move", $$"""{"ids":["{{ids[0].GetString()}}"],"section_id":"{{data.Sections[1]}}"}""")).GetProperty("moved").GetInt32());
        Assert.Equal(["two", "three", "one"], (await data.ItemsAsync()).Select(Input));
        Assert.Equal(2, (await workspace.PostAsync($"{data.Path}/items/bulk", """{"filter":{"q":"t"},"add_tags":["T"],"set":{"output":{"content":"!"}}}""")).GetProperty("changed").GetInt32());
        Assert.Equal(["two", "three"], (await data.ItemsAsync("tag=T&has_output=true")).Select(Input));
        Assert.Equal(2, (await workspace.PostAsync($"{data.Path}/items/duplicate", """{"filter":{"tag":"T"}}""")).GetProperty("duplicated").GetInt32());
        Assert.Equal(["two", "three", "two", "three", "one"], (await data.ItemsAsync()).Select(Input));
        Assert.Equal(4, (await workspace.PostAsync($"{data.Path}/items/delete", """{"filter":{"tag":["T"]}}""")).GetProperty("deleted").GetInt32());
        Assert.Equal(["one"], (await data.ItemsAsync()).Select(Input));
        await workspace.PostAsync($"{data.Path}/items/delete", "{}", HttpStatusCode.UnprocessableEntity);
        await workspace.PostAsync($"{data.Path}/items/move", $$"""{"filter":{},"section_id":"sec_01h455vb4pex5vsknk084sn02q"}""", HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Versions_are_listed_compared_named_and_brought_back_and_a_deleted_item_says_where_it_was()
    {
        using var workspace = await OpenAsync(app);
        var data = await Dataset.CreateAsync(workspace);
        var ids = (await data.PostAsync("""[{"input":{"content":"one"}},{"input":{"content":"two"}}]""")).GetProperty("ids");
        await data.PutAsync(ids[0].GetString()!, """{"input":{"content":"one"},"output":{"content":"1"}}""", null);
        await workspace.SendAsync(HttpMethod.Delete, $"{data.Path}/items/{ids[1].GetString()}", "", HttpStatusCode.NoContent);
        await data.PostAsync("""{"input":{"content":"three"}}""");

        var versions = (await workspace.GetAsync($"{data.Path}/versions")).GetProperty("items");
        Assert.Equal([5, 4, 3, 2, 1], versions.EnumerateArray().Select(version => version.GetProperty("version").GetInt32()));
        Assert.Equal(["1 item added", "1 item deleted", "1 item changed", "2 items added", "Created"], versions.EnumerateArray().Select(version => version.GetProperty("summary").GetString()));
        var diff = await workspace.GetAsync($"{data.Path}/diff?from=2&to=5");
        Assert.Equal("three", Input(Assert.Single(diff.GetProperty("added").EnumerateArray())));
        Assert.Equal("two", Input(Assert.Single(diff.GetProperty("removed").EnumerateArray())));
        Assert.Equal("/output/content", Assert.Single(Assert.Single(diff.GetProperty("changed").EnumerateArray()).GetProperty("changes").EnumerateArray()).GetProperty("path").GetString());

        var gone = await workspace.GetAsync($"{data.Path}/items/{ids[1].GetString()}", HttpStatusCode.NotFound);
        Assert.Equal("item_deleted", gone.GetProperty("code").GetString());
        Assert.Contains("Version 3 has it", gone.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("two", Input(await workspace.GetAsync($"{data.Path}/items/{ids[1].GetString()}?version=3")));

        Assert.Equal("as sent", (await workspace.PatchAsync($"{data.Path}/versions/2", """{"name":"as sent","pinned":true}""")).GetProperty("name").GetString());
        Assert.Equal(6, (await workspace.PostAsync($"{data.Path}/versions/2/restore", "")).GetProperty("version").GetInt32());
        Assert.Equal(["one", "two"], (await data.ItemsAsync()).Select(Input));
        Assert.Equal(["one", "three"], (await data.ItemsAsync("version=5")).Select(Input));
        await workspace.PostAsync($"{data.Path}/versions/99/restore", "", HttpStatusCode.NotFound);
        await workspace.GetAsync($"{data.Path}/diff", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_large_body_becomes_a_job_with_the_same_answer()
    {
        using var workspace = await OpenAsync(app);
        var data = await Dataset.CreateAsync(workspace, "a", "b");
        var known = (await data.PostAsync("""{"input":{"content":"known"}}""")).GetProperty("ids")[0].GetString();
        var lines = Enumerable.Range(0, 9_000).Select(i => $$$"""{"input":{"content":"Question {{{i}}} {{{new string('x', 100)}}}"},"section_id":"{{{data.Sections[i % 2]}}}"}""")
            .Append($$$"""{"id":"{{{known}}}","input":{"content":"known better"}}""");

        using var body = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        var job = await workspace.RunJobAsync($"{data.Path}/items", body);

        Assert.True(job.GetProperty("status").GetString() == "completed", job.GetRawText());
        Assert.Equal((9_000, 1, 0), Counts(job.GetProperty("result")));
        var items = await data.ItemsAsync("limit=1000");
        Assert.Equal(9_001, items.Count);
        Assert.Equal(["known better", .. Enumerable.Range(0, 4_500).Select(i => $"Question {i * 2}"), .. Enumerable.Range(0, 4_500).Select(i => $"Question {(i * 2) + 1}")],
            items.Select(item => Input(item).Split(" x")[0]));
        Assert.Equal(["known better"], (await data.ItemsAsync("q=better")).Select(Input));
        Assert.Equal(3, (await workspace.GetAsync(data.Path)).GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_public_link_is_made_listed_and_revoked()
    {
        using var workspace = await OpenAsync(app);
        var data = await Dataset.CreateAsync(workspace);
        var id = (await data.PostAsync("""{"input":{"content":"shared"}}""")).GetProperty("ids")[0].GetString();

        var made = await workspace.PostAsync("/api/links", $$"""{"dataset_id":"{{data.Id}}","item_id":"{{id}}"}""", HttpStatusCode.Created);
        Assert.Matches("/s/[0-9A-Za-z]{32}$", made.GetProperty("url").GetString());
        var listed = Assert.Single((await workspace.GetAsync("/api/links")).GetProperty("items").EnumerateArray());
        Assert.Equal(made.GetProperty("id").GetString(), listed.GetProperty("id").GetString());
        Assert.False(listed.TryGetProperty("url", out _));
        await workspace.SendAsync(HttpMethod.Delete, $"/api/links/{made.GetProperty("id").GetString()}", "", HttpStatusCode.NoContent);
        Assert.Empty((await workspace.GetAsync("/api/links")).GetProperty("items").EnumerateArray());
        await workspace.PostAsync("/api/links", $$"""{"dataset_id":"{{data.Id}}","item_id":"itm_01h455vb4pex5vsknk084sn02q"}""", HttpStatusCode.NotFound);
    }

    private static string Input(JsonElement item) => item.GetProperty("input").GetProperty("content").GetString()!;

    /// <summary>A dataset as a program sees it.</summary>
    private sealed record Dataset(ApiWorkspace Workspace, string Id, IReadOnlyList<string> Sections)
    {
        public string Path => $"/api/datasets/{Id}";

        public static async Task<Dataset> CreateAsync(ApiWorkspace workspace, params string[] sections)
        {
            var made = await workspace.PostAsync("/api/datasets", JsonSerializer.Serialize(new { name = "Questions", sections }), HttpStatusCode.Created);
            return new Dataset(workspace, made.GetProperty("id").GetString()!, [.. made.GetProperty("sections").EnumerateArray().Select(section => section.GetProperty("id").GetString()!)]);
        }

        public Task<JsonElement> PostAsync(string json, HttpStatusCode expected = HttpStatusCode.OK) => Workspace.PostAsync($"{Path}/items", json, expected);

        public async Task<JsonElement> PostLinesAsync(IEnumerable<string> lines, string query = "")
        {
            using var content = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
            using var answer = await Workspace.Http.PostAsync($"{Path}/items{query}", content, Cancel);
            return await ReadAsync(answer, HttpStatusCode.OK);
        }

        /// <summary>All items, page by page.</summary>
        public async Task<List<JsonElement>> ItemsAsync(string query = "")
        {
            List<JsonElement> items = [];
            for (string? cursor = null; ;)
            {
                var page = await Workspace.GetAsync($"{Path}/items?{query}{(cursor is null ? "" : $"&cursor={cursor}")}");
                items.AddRange(page.GetProperty("items").EnumerateArray());
                if ((cursor = page.GetProperty("next_cursor").GetString()) is null)
                    return items;
            }
        }

        public async Task<(JsonElement Item, string Tag)> OpenItemAsync(string id)
        {
            using var answer = await Workspace.Http.GetAsync($"{Path}/items/{id}", Cancel);
            return (await ReadAsync(answer, HttpStatusCode.OK), answer.Headers.ETag!.Tag);
        }

        public async Task<JsonElement> PutAsync(string id, string json, string? tag, HttpStatusCode expected = HttpStatusCode.OK)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, $"{Path}/items/{id}") { Content = Json(json) };
            if (tag is not null)
                request.Headers.IfMatch.Add(new EntityTagHeaderValue(tag));
            using var answer = await Workspace.Http.SendAsync(request, Cancel);
            return await ReadAsync(answer, expected);
        }
    }
}

using System.Net;
using System.Text.Json;
using EvalMarket.TestKit;
using static EvalMarket.Web.Tests.Api.ApiWorkspace;

namespace EvalMarket.Web.Tests.Api;

public sealed class SessionListTests(TestApp app) : IClassFixture<TestApp>
{
    private static async Task<ApiWorkspace> WithSamplesAsync(TestApp app)
    {
        var workspace = await OpenAsync(app);
        await workspace.PostAsync("/api/sessions", $$"""
            {"sessions":[
            {{Session("one", "The Ledger breaks", "fixed", "\"source\":\"codex\",\"author\":\"ann\",\"model\":\"m1\",\"project\":\"web\",\"created_at\":\"2026-01-01T10:00:00Z\",\"eval_ready\":true,\"eval_status\":\"golden\",\"eval_tags\":[\"a\",\"b\"]")}},
            {{Session("two", "ledger_entries.currency is 日本", "v1e5", "\"source\":\"claude-code\",\"author\":\"bo\",\"model\":\"m2\",\"project\":\"api\",\"created_at\":\"2026-01-02T10:00:00Z\",\"eval_ready\":true,\"eval_tags\":[\"b\"]")}},
            {{Session("three", "Straße 12e 1e5 0x1f", "ok", "\"title\":\"Über Größe\",\"source\":\"codex\",\"author\":\"Ann\",\"created_at\":\"2026-01-02T23:59:59.999Z\",\"eval_status\":\"incorrect\"")}}
            ]}
            """);
        return workspace;
    }

    [Theory]
    [InlineData("", "three two one")]
    [InlineData("?source=codex", "three one")]
    [InlineData("?source=codex&source=claude-code", "three two one")]
    [InlineData("?author=ann", "one")]
    [InlineData("?model=m2", "two")]
    [InlineData("?project=web", "one")]
    [InlineData("?tag=b", "two one")]
    [InlineData("?tag=a&tag=b&source=codex", "one")]
    [InlineData("?eval_ready=true", "two one")]
    [InlineData("?eval_ready=false", "three")]
    [InlineData("?status=golden", "one")]
    [InlineData("?status=needs_review&status=incorrect", "three two")]
    [InlineData("?from=2026-01-02", "three two")]
    [InlineData("?to=2026-01-01", "one")]
    [InlineData("?to=2026-01-02", "three two one")]
    [InlineData("?from=2026-01-02T10:00:00Z&to=2026-01-02T23:59:59.999Z", "two")]
    [InlineData("?from=2026-01-02T11:00:00%2B01:00&to=2026-01-02T12:00:00Z", "two")]
    [InlineData("?q=ledger", "two one")]
    [InlineData("?q=LEDG", "two one")]
    [InlineData("?q=edger", "")]
    [InlineData("?q=ledger currency", "two")]
    [InlineData("?q=ledger_entries.curr", "two")]
    [InlineData("?q=日本", "two")]
    [InlineData("?q=本", "two")]
    [InlineData("?q=größe", "three")]
    [InlineData("?q=STRASSE", "")]
    [InlineData("?q=straße", "three")]
    [InlineData("?q=12e", "three")]
    [InlineData("?q=1e5", "three")]
    [InlineData("?q=0x1f", "three")]
    [InlineData("?q=v1e5", "two")]
    [InlineData("?q='; --", "")]
    [InlineData("?q=' | 'x", "")]
    [InlineData("?q=%25", "")]
    [InlineData("?q=", "three two one")]
    [InlineData("?source=nothing", "")]
    public async Task Filters_narrow_the_list(string query, string expected)
    {
        using var workspace = await WithSamplesAsync(app);

        Assert.Equal(expected, string.Join(' ', await workspace.ListAsync(query)));
    }

    [Theory]
    [InlineData("colour=red", "unknown_parameter", "colour")]
    [InlineData("status=great", "invalid_parameter", "status")]
    [InlineData("eval_ready=yes", "invalid_parameter", "eval_ready")]
    [InlineData("limit=0", "invalid_parameter", "limit")]
    [InlineData("limit=1001", "invalid_parameter", "limit")]
    [InlineData("limit=many", "invalid_parameter", "limit")]
    [InlineData("from=yesterday", "invalid_parameter", "from")]
    [InlineData("cursor=abc", "invalid_parameter", "cursor")]
    [InlineData("q=a&q=b", "invalid_parameter", "q")]
    public async Task A_parameter_that_is_wrong_is_400_and_named(string query, string code, string parameter)
    {
        using var workspace = await OpenAsync(app);

        var problem = await workspace.GetAsync($"/api/sessions?{query}", HttpStatusCode.BadRequest);

        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(parameter, problem.GetProperty("errors")[0].GetProperty("parameter").GetString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    public async Task Pages_show_every_session_once_newest_first_though_many_have_the_same_time(int limit)
    {
        using var workspace = await OpenAsync(app);
        await workspace.PostLinesAsync(string.Join('\n', Enumerable.Range(0, 25).Select(i => Session($"s{i}", more: $"\"created_at\":\"2026-01-0{1 + (i / 12)}T00:00:00Z\""))));

        var seen = new List<(string Time, string Id)>();
        var cursor = "";
        do
        {
            var page = await workspace.GetAsync($"/api/sessions?limit={limit}{cursor}");
            var items = page.GetProperty("items").EnumerateArray().ToList();
            Assert.InRange(items.Count, 1, limit);
            seen.AddRange(items.Select(item => (item.GetProperty("created_at").GetString()!, item.GetProperty("id").GetString()!)));
            cursor = page.GetProperty("next_cursor") is { ValueKind: JsonValueKind.String } next ? $"&cursor={next.GetString()}" : "";
        }
        while (cursor.Length > 0);

        Assert.Equal(25, seen.Distinct().Count());
        Assert.Equal(seen.OrderByDescending(item => item.Time, StringComparer.Ordinal).ThenByDescending(item => item.Id, StringComparer.Ordinal), seen);
    }

    [Fact]
    public async Task A_list_shows_sessions_without_their_messages()
    {
        using var workspace = await WithSamplesAsync(app);

        var item = (await workspace.GetAsync("/api/sessions?author=ann")).GetProperty("items")[0];

        Assert.False(item.TryGetProperty("messages", out _));
        Assert.Equal(2, item.GetProperty("message_count").GetInt32());
        Assert.Equal(["a", "b"], Strings(item.GetProperty("eval_tags")));
    }

    [Fact]
    public async Task What_belongs_to_another_workspace_is_as_if_it_never_was()
    {
        using var theirs = await OpenAsync(app);
        using var ours = await OpenAsync(app);
        var id = await theirs.AddAsync("a", "\"eval_ready\":true");
        var message = (await theirs.GetAsync($"/api/sessions/{id}")).GetProperty("messages")[0].GetProperty("id").GetString();
        const string Never = "ses_01h455vb4pex5vsknk084sn02q";

        foreach (var path in new[] { "/api/sessions/{0}", "/api/sessions/{0}?workspace=" + theirs.Slug })
        {
            var foreign = await ours.GetAsync(string.Format(path, id), HttpStatusCode.NotFound);
            var never = await ours.GetAsync(string.Format(path, Never), HttpStatusCode.NotFound);
            Assert.Equal(never.GetRawText(), foreign.GetRawText());
        }

        await ours.PatchAsync($"/api/sessions/{id}", "{\"eval_notes\":\"x\"}", HttpStatusCode.NotFound);
        await ours.SendAsync(HttpMethod.Delete, $"/api/sessions/{id}", "", HttpStatusCode.NotFound);
        await ours.PostAsync($"/api/sessions/{id}/messages/{message}/comments", "{\"text\":\"x\"}", HttpStatusCode.NotFound);
        Assert.Equal(0, (await ours.PostAsync("/api/sessions/bulk", $"{{\"ids\":[\"{id}\"],\"set\":{{\"eval_notes\":\"x\"}}}}")).GetProperty("changed").GetInt32());
        Assert.Equal("", await ours.Http.GetStringAsync($"/api/export?format=openai&session_ids={id}"));
        Assert.Equal((1, 0, 0), Counts(await ours.PostAsync("/api/sessions", Session("a"))));
        Assert.Equal(JsonValueKind.Null, (await theirs.GetAsync($"/api/sessions/{id}")).GetProperty("eval_notes").ValueKind);
    }

    [Fact]
    public async Task A_deleted_session_is_gone_with_its_document()
    {
        using var workspace = await OpenAsync(app);
        var id = await workspace.AddAsync("a");
        var folder = Path.Combine(app.DataDirectory, "files", "w", workspace.Slug, "sessions", id);
        Assert.Single(Directory.GetFiles(folder));

        using var deleted = await workspace.Http.DeleteAsync($"/api/sessions/{id}");
        using var again = await workspace.Http.DeleteAsync($"/api/sessions/{id}");

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.False(Directory.Exists(folder));
        Assert.Empty(await workspace.ListAsync(""));
        Assert.Equal((1, 0, 0), Counts(await workspace.PostAsync("/api/sessions", Session("a"))));
    }
}

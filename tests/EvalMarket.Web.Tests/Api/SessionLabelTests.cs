using System.Net;
using System.Text.Json;
using EvalMarket.TestKit;
using static EvalMarket.Web.Tests.Api.ApiWorkspace;

namespace EvalMarket.Web.Tests.Api;

public sealed class SessionLabelTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task Eval_ready_without_a_status_needs_review_and_is_no_review()
    {
        using var workspace = await OpenAsync(app);
        var id = await workspace.AddAsync("a");

        var session = await workspace.PatchAsync($"/api/sessions/{id}", """{"eval_ready":true}""");

        Assert.Equal("needs_review", session.GetProperty("eval_status").GetString());
        Assert.Equal(JsonValueKind.Null, session.GetProperty("reviewed_at").ValueKind);
        Assert.Equal(JsonValueKind.Null, session.GetProperty("reviewed_by").ValueKind);
    }

    [Theory]
    [InlineData("""{"eval_status":"golden"}""")]
    [InlineData("""{"eval_notes":"n"}""")]
    [InlineData("""{"eval_tags":["t"]}""")]
    [InlineData("""{"expected_output":"o"}""")]
    public async Task A_change_of_a_label_sets_the_time_of_the_review_and_the_same_value_again_does_not(string change)
    {
        using var workspace = await OpenAsync(app);
        var id = await workspace.AddAsync("a");

        var first = await workspace.PatchAsync($"/api/sessions/{id}", change);
        await Task.Delay(5, TestContext.Current.CancellationToken);
        var again = await workspace.PatchAsync($"/api/sessions/{id}", change);

        Assert.Equal(JsonValueKind.String, first.GetProperty("reviewed_at").ValueKind);
        Assert.StartsWith("key:", first.GetProperty("reviewed_by").GetString(), StringComparison.Ordinal);
        Assert.Equal(first.GetRawText(), again.GetRawText());
    }

    [Fact]
    public async Task Null_empties_and_what_is_absent_stays()
    {
        using var workspace = await OpenAsync(app);
        var id = await workspace.AddAsync("a", "\"eval_ready\":true,\"eval_status\":\"golden\",\"eval_notes\":\"n\",\"eval_tags\":[\"t\"],\"expected_output\":\"o\"");

        var session = await workspace.PatchAsync($"/api/sessions/{id}", """{"eval_notes":null,"eval_tags":null,"eval_status":null}""");
        Assert.Equal(JsonValueKind.Null, session.GetProperty("eval_notes").ValueKind);
        Assert.Empty(session.GetProperty("eval_tags").EnumerateArray());
        Assert.Equal("needs_review", session.GetProperty("eval_status").GetString());
        Assert.Equal("o", session.GetProperty("expected_output").GetString());

        session = await workspace.PatchAsync($"/api/sessions/{id}", """{"eval_ready":false,"eval_status":null,"expected_output":null}""");
        Assert.Equal(JsonValueKind.Null, session.GetProperty("eval_status").ValueKind);
        Assert.Equal(JsonValueKind.Null, session.GetProperty("expected_output").ValueKind);
    }

    [Theory]
    [InlineData("""{"eval_status":"great"}""", "/eval_status")]
    [InlineData("""{"eval_ready":"yes"}""", "/eval_ready")]
    [InlineData("""{"eval_tags":["ok",""]}""", "/eval_tags/1")]
    [InlineData("""{"eval_tags":["a\nb"]}""", "/eval_tags/0")]
    [InlineData("""{"eval_notes":5}""", "/eval_notes")]
    [InlineData("""{"title":"new"}""", "/title")]
    public async Task What_is_wrong_with_a_change_is_422_with_its_place(string change, string path)
    {
        using var workspace = await OpenAsync(app);
        var id = await workspace.AddAsync("a");

        var problem = await workspace.PatchAsync($"/api/sessions/{id}", change, HttpStatusCode.UnprocessableEntity);

        Assert.Equal(path, problem.GetProperty("errors")[0].GetProperty("path").GetString());
    }

    [Fact]
    public async Task A_bulk_change_by_ids_counts_only_the_sessions_that_are_different_now()
    {
        using var workspace = await OpenAsync(app);
        var golden = await workspace.AddAsync("a", "\"eval_status\":\"golden\"");
        var plain = await workspace.AddAsync("b");

        var changed = await workspace.PostAsync("/api/sessions/bulk", $"{{\"ids\":[\"{golden}\",\"{plain}\",\"{plain}\",\"ses_01h455vb4pex5vsknk084sn02q\"],\"set\":{{\"eval_status\":\"golden\"}}}}");

        Assert.Equal(1, changed.GetProperty("changed").GetInt32());
        Assert.Equal(["b", "a"], (await workspace.ListAsync("?status=golden")).OrderDescending(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Tags_keep_the_order_in_which_they_were_added()
    {
        using var workspace = await OpenAsync(app);
        var id = await workspace.AddAsync("a", "\"eval_tags\":[\"m\",\"z\"]");
        var other = await workspace.AddAsync("b");

        var first = await workspace.PostAsync("/api/sessions/bulk", """{"filter":{},"add_tags":["b","m","a"],"remove_tags":["none"]}""");
        var second = await workspace.PostAsync("/api/sessions/bulk", """{"filter":{"tag":"z"},"add_tags":["c"],"remove_tags":["m"]}""");
        var third = await workspace.PostAsync("/api/sessions/bulk", """{"filter":{"tag":["z","a"]},"add_tags":["c"],"remove_tags":["m"]}""");

        Assert.Equal([2, 1, 1], new[] { first, second, third }.Select(answer => answer.GetProperty("changed").GetInt32()));
        Assert.Equal(["z", "b", "a", "c"], Strings((await workspace.GetAsync($"/api/sessions/{id}")).GetProperty("eval_tags")));
        Assert.Equal(["b", "a", "c"], Strings((await workspace.GetAsync($"/api/sessions/{other}")).GetProperty("eval_tags")));
    }

    [Fact]
    public async Task A_bulk_change_by_filter_changes_all_that_match_and_nothing_else()
    {
        using var workspace = await OpenAsync(app);
        await workspace.PostLinesAsync(string.Join('\n', Enumerable.Range(0, 30).Select(i => Session($"s{i}", more: $"\"source\":\"{(i % 3 == 0 ? "x" : "y")}\""))));

        var ready = await workspace.PostAsync("/api/sessions/bulk", """{"filter":{"source":"x"},"set":{"eval_ready":true,"eval_notes":"n"}}""");
        var golden = await workspace.PostAsync("/api/sessions/bulk", """{"filter":{"status":["needs_review"],"q":"hel","eval_ready":true,"from":"2020-01-01","to":"2100-01-01"},"set":{"eval_status":"golden"}}""");

        Assert.Equal(10, ready.GetProperty("changed").GetInt32());
        Assert.Equal(10, golden.GetProperty("changed").GetInt32());
        Assert.Equal(10, (await workspace.ListAsync("?status=golden")).Count);
        Assert.Equal(20, (await workspace.ListAsync("?eval_ready=false")).Count);
    }

    [Theory]
    [InlineData("""{"set":{"eval_ready":true}}""", "")]
    [InlineData("""{"ids":[],"filter":{},"set":{"eval_ready":true}}""", "")]
    [InlineData("""{"filter":{}}""", "")]
    [InlineData("""{"filter":{"colour":"red"},"add_tags":["a"]}""", "/filter/colour")]
    [InlineData("""{"filter":{"status":"great"},"add_tags":["a"]}""", "/filter/status")]
    [InlineData("""{"ids":["msg_x"],"add_tags":["a"]}""", "/ids/0")]
    [InlineData("""{"filter":{},"set":{"colour":"red"}}""", "/set/colour")]
    [InlineData("""{"filter":{},"ad_tags":["a"]}""", "/ad_tags")]
    [InlineData("[]", "")]
    public async Task A_bulk_change_that_is_not_clear_is_422_and_changes_nothing(string body, string path)
    {
        using var workspace = await OpenAsync(app);
        await workspace.AddAsync("a");

        var problem = await workspace.PostAsync("/api/sessions/bulk", body, HttpStatusCode.UnprocessableEntity);

        Assert.Contains(path, problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task Comments_and_tags_are_put_on_messages()
    {
        using var workspace = await OpenAsync(app);
        var id = await workspace.AddAsync("a");
        var message = (await workspace.GetAsync($"/api/sessions/{id}")).GetProperty("messages")[1].GetProperty("id").GetString();
        var at = $"/api/sessions/{id}/messages/{message}";

        var comment = await workspace.PostAsync($"{at}/comments", """{"text":" first ","author":"ann"}""", HttpStatusCode.Created);
        await workspace.PostAsync($"{at}/comments", """{"text":"second"}""", HttpStatusCode.Created);
        await workspace.PostAsync($"{at}/tags", """{"name":"wrong"}""", HttpStatusCode.Created);
        await workspace.PostAsync($"{at}/tags", """{"name":"wrong"}""", HttpStatusCode.Created);
        await workspace.PostAsync($"{at}/tags", """{"name":""}""", HttpStatusCode.UnprocessableEntity);
        await workspace.PostAsync($"{at}/comments", """{"txt":"x"}""", HttpStatusCode.UnprocessableEntity);
        await workspace.PostAsync($"/api/sessions/{id}/messages/msg_01h455vb4pex5vsknk084sn02q/comments", """{"text":"x"}""", HttpStatusCode.NotFound);

        Assert.Equal("first", comment.GetProperty("text").GetString());
        var read = (await workspace.GetAsync($"/api/sessions/{id}")).GetProperty("messages")[1];
        Assert.Equal(["first", "second"], read.GetProperty("comments").EnumerateArray().Select(each => each.GetProperty("text").GetString()!));
        Assert.Equal("ann", read.GetProperty("comments")[0].GetProperty("author").GetString());
        Assert.StartsWith("key:", read.GetProperty("comments")[1].GetProperty("author").GetString(), StringComparison.Ordinal);
        Assert.Equal("wrong", Assert.Single(read.GetProperty("tags").EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Labels_given_at_the_same_time_all_come_out()
    {
        using var workspace = await OpenAsync(app);
        var id = await workspace.AddAsync("a");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => workspace.PostAsync("/api/sessions/bulk", $"{{\"ids\":[\"{id}\"],\"add_tags\":[\"t{i}\"]}}")));

        Assert.Equal(20, (await workspace.GetAsync($"/api/sessions/{id}")).GetProperty("eval_tags").GetArrayLength());
    }
}

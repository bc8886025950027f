using System.Net;
using AngleSharp.Html.Dom;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Datasets;

public sealed class ItemPageTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task Opening_and_saving_without_a_change_makes_no_version()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        var before = await world.VersionAsync();
        var form = await world.FormAsync(world.Items[0]);

        using var saved = await SaveAsync(world, world.Items[0], form);

        Assert.Contains("Nothing was changed.", (await world.Pages.Browser.ReadAsync(saved)).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(before, await world.VersionAsync());
    }

    [Fact]
    public async Task All_parts_of_an_item_are_changed_in_one_form()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        var form = await world.FormAsync(world.Items[0]);
        form["Form.Input"] = "Two\r\nlines?";
        form["Form.Output"] = "";
        form["Form.History"] = "user: Hello\r\n  indented\r\nassistant: Hi";
        form["Form.Context"] = """{"n": 1.50, "deep": {"a": [true, null]}}""";
        form["Form.ParticipantData"] = """{"name": "Jane"}""";
        form["Form.SessionState"] = """{"step": 2}""";
        form["Form.Metadata"] = """{"seen": true}""";

        using var saved = await SaveAsync(world, world.Items[0], form);

        Assert.Equal(HttpStatusCode.Redirect, saved.StatusCode);
        var item = await world.ItemAsync(world.Items[0]);
        Assert.Equal("Two\nlines?", item.GetProperty("input").GetProperty("content").GetString());
        Assert.Equal("", item.GetProperty("output").GetProperty("content").GetString());
        Assert.Equal("Hello\n  indented", item.GetProperty("history")[0].GetProperty("content").GetString());
        Assert.Equal("""{"n":1.50,"deep":{"a":[true,null]}}""", item.GetProperty("context").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal("Jane", item.GetProperty("participant_data").GetProperty("name").GetString());
        Assert.Equal(2, item.GetProperty("session_state").GetProperty("step").GetInt32());
        Assert.True(item.GetProperty("metadata").GetProperty("seen").GetBoolean());
    }

    [Fact]
    public async Task What_is_wrong_is_said_at_its_field_and_what_was_typed_stays()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        var before = await world.VersionAsync();
        var form = await world.FormAsync(world.Items[0]);
        form["Form.Input"] = " ";
        form["Form.History"] = "Hello there";
        form["Form.Context"] = """{"a": 1, "a": 2}""";
        form["Form.Metadata"] = "[1]";

        using var refused = await SaveAsync(world, world.Items[0], form);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var page = await world.Pages.Browser.ReadAsync(refused);
        foreach (var field in new[] { "Input", "History", "Context", "Metadata" })
        {
            Assert.Equal("true", page.QuerySelector($"#Form_{field}")!.GetAttribute("aria-invalid"));
            Assert.NotEmpty(page.QuerySelector($"#Form_{field}-error")!.TextContent.Trim());
        }

        Assert.Equal("Hello there", ((IHtmlTextAreaElement)page.QuerySelector("#Form_History")!).Value);
        Assert.Equal(before, await world.VersionAsync());
    }

    [Fact]
    public async Task Two_people_at_one_item_see_both_texts_and_nothing_is_overwritten_unseen()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        var (mine, theirs) = (await world.FormAsync(world.Items[0]), await world.FormAsync(world.Items[0]));
        theirs["Form.Output"] = "Their answer.";
        using var first = await SaveAsync(world, world.Items[0], theirs);
        mine["Form.Output"] = "My answer.";

        using var conflict = await SaveAsync(world, world.Items[0], mine);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, conflict.StatusCode);
        var page = await world.Pages.Browser.ReadAsync(conflict);
        Assert.Equal(["Their answer.", "My answer."], page.QuerySelectorAll(".errors .side p").Select(text => text.TextContent));
        Assert.Equal("Their answer.", (await world.ItemAsync(world.Items[0])).GetProperty("output").GetProperty("content").GetString());
        mine["Form.Hash"] = page.QuerySelector("[name='Form.Hash']")!.GetAttribute("value")!;
        using var anyway = await SaveAsync(world, world.Items[0], mine);
        Assert.Equal("My answer.", (await world.ItemAsync(world.Items[0])).GetProperty("output").GetProperty("content").GetString());
    }

    [Fact]
    public async Task Saving_goes_on_to_the_next_item_of_the_filtered_list()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        var form = await world.FormAsync(world.Items[0]);
        form["Form.Output"] = "Another.";
        form["Form.Do"] = "next";

        using var saved = await world.PostAsync($"/items/{world.Items[0]}?q=sour&handler=save", [.. form.Select(field => (field.Key, field.Value))]);

        var (address, page) = await world.Pages.Browser.FollowAsync(saved);
        Assert.Contains($"/items/{world.Items[2]}", address, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("#item-form"));
    }

    [Fact]
    public async Task A_history_is_read_back_while_it_is_typed()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        using var read = await world.Pages.PostAsync("/datasets/history-preview", ("Form.History", "USER: Hi\nassistant:\n\n  there"));
        var fragment = await world.Pages.Browser.ReadAsync(read);
        Assert.Contains("2 messages", fragment.QuerySelector(".hint")!.TextContent, StringComparison.Ordinal);
        using var wrong = await world.Pages.PostAsync("/datasets/history-preview", ("Form.History", "Hi"));
        Assert.Contains("Line 1", (await world.Pages.Browser.ReadAsync(wrong)).QuerySelector(".error")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Markdown_of_an_item_runs_nothing()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        var form = await world.FormAsync(world.Items[0]);
        form["Form.Input"] = "<script>alert(1)</script> [x](javascript:alert(1))";
        form["Form.Context"] = """{"<img src=x onerror=alert(1)>": "<b>no</b>"}""";
        using var saved = await SaveAsync(world, world.Items[0], form);
        var page = await world.GetAsync($"/items/{world.Items[0]}");
        Assert.DoesNotContain(page.QuerySelectorAll("script"), script => script.TextContent.Contains("alert", StringComparison.Ordinal));
        Assert.Empty(page.QuerySelectorAll("[onerror], a[href^=javascript], .item b:not(dt)"));
    }

    private static Task<HttpResponseMessage> SaveAsync(DatasetWorld world, string item, Dictionary<string, string> form) =>
        world.PostAsync($"/items/{item}?handler=save", [.. form.Append(KeyValuePair.Create("Form.Do", "save")).Select(field => (field.Key, field.Value))]);
}

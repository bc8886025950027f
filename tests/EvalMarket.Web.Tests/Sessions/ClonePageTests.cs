using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Sessions;

public sealed class ClonePageTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task Ticked_sessions_become_items_of_a_new_dataset_and_are_not_added_twice()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("First"), SessionPages.Session("Second", question: "Where?", answer: "Here."));

        using var asked = await pages.PostAsync("/sessions/clone", ("ids", ids[0]), ("ids", ids[1]));
        Assert.Contains("Add 2 sessions to a dataset", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var added = await pages.PostAsync("/sessions/clone?handler=clone", ("ids", ids[0]), ("ids", ids[1]), ("target", "new"), ("name", "Answers"), ("section", "Good ones"), ("messages", "all"));

        Assert.Equal(HttpStatusCode.Found, added.StatusCode);
        var dataset = (await pages.Program.GetFromJsonAsync<JsonElement>("/api/datasets")).GetProperty("items")[0];
        Assert.Equal("Answers", dataset.GetProperty("name").GetString());
        var section = Assert.Single(dataset.GetProperty("sections").EnumerateArray());
        Assert.Equal("Good ones", section.GetProperty("name").GetString());
        Assert.Equal(2, section.GetProperty("item_count").GetInt32());

        using var again = await pages.Program.PostAsJsonAsync($"/api/datasets/{dataset.GetProperty("id").GetString()}/clone", new { session_ids = ids, messages = "all" });
        var answer = await again.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((0, 2), (answer.GetProperty("created").GetInt32(), answer.GetProperty("duplicates").GetInt32()));
    }

    [Fact]
    public async Task A_clone_without_a_name_for_its_dataset_is_refused_at_the_field_with_what_was_typed()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var ids = await pages.PushAsync(SessionPages.Session("First"));

        using var refused = await pages.PostAsync("/sessions/clone?handler=clone", ("ids", ids[0]), ("target", "new"), ("name", ""), ("section", "Kept"), ("messages", "all"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var page = await refused.Content.ReadAsStringAsync();
        Assert.Contains("clone-name-error", page, StringComparison.Ordinal);
        Assert.Contains("value=\"Kept\"", page, StringComparison.Ordinal);
    }
}

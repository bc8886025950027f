using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Dom;
using EvalMarket.Core.Workspaces;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Sessions;

namespace EvalMarket.Web.Tests.Datasets;

public sealed class ExplorerTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task A_new_workspace_shows_three_ways_to_a_first_dataset()
    {
        using var pages = await SessionPages.OpenAsync(app);

        var page = await pages.GetAsync("/datasets");

        Assert.Equal(
            [$"/w/{pages.Slug}/sessions", $"/w/{pages.Slug}/datasets/upload", $"/w/{pages.Slug}/datasets/new"],
            page.QuerySelectorAll(".empty a").Select(link => link.GetAttribute("href")));
        Assert.NotNull(page.QuerySelector($".nav a[href='/w/{pages.Slug}/datasets'][aria-current=page]"));
    }

    [Fact]
    public async Task A_dataset_is_made_and_its_first_item_is_marked_where_the_answer_leads()
    {
        using var pages = await SessionPages.OpenAsync(app);
        using var made = await pages.PostAsync("/datasets/new", ("Name", "Refunds"), ("Description", "What we *owe*."), ("Sections", "Money\r\nTime"));
        var explorer = await pages.Browser.ReadAsync(made);
        Assert.Equal("Refunds", explorer.QuerySelector("h1")!.TextContent);
        Assert.Equal("What we owe.", explorer.QuerySelector(".lede")!.TextContent);
        Assert.Equal(["Money", "Time"], explorer.QuerySelectorAll(".sections label > span:first-of-type").Select(name => name.TextContent));
        Assert.Contains("No items here yet", explorer.Body!.TextContent, StringComparison.Ordinal);

        var add = explorer.QuerySelector("#add a")!.GetAttribute("href")!;
        using var added = await pages.Browser.PostAsync(add, new FormUrlEncodedContent([
            new("Form.Input", "May I return it?"), new("Form.Output", "Yes."), new("Form.History", "user: Hello\r\nassistant: Hi"), new("Form.Context", "{\"topic\": \"returns\"}"), new("Form.Do", "save")]));

        var (address, page) = await pages.Browser.FollowAsync(added);
        Assert.Contains("?message_id=itm_", address, StringComparison.Ordinal);
        var row = page.QuerySelector("tr.is-linked-to")!;
        Assert.Equal("May I return it?", row.QuerySelector(".row-link")!.TextContent);
        Assert.EndsWith(row.QuerySelector(".c-act a")!.GetAttribute("href")!, row.QuerySelector(".c-act a")!.GetAttribute("data-copy-text"), StringComparison.Ordinal);
        var item = await pages.Browser.ReadAsync(await pages.Browser.GetAsync(row.QuerySelector(".row-link")!.GetAttribute("href")!));
        Assert.Equal(["Hello", "Hi"], item.QuerySelectorAll("#peek .transcript .prose").Select(message => message.TextContent.Trim()));
        Assert.Equal("returns", item.QuerySelector("#peek .facts dd")!.TextContent);
    }

    [Fact]
    public async Task A_dataset_without_a_name_is_refused_at_its_field()
    {
        using var pages = await SessionPages.OpenAsync(app);
        using var refused = await pages.PostAsync("/datasets/new", ("Name", " "), ("Sections", "One\nOne"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var page = await pages.Browser.ReadAsync(refused);
        Assert.NotNull(page.QuerySelector("#Name-error"));
        Assert.NotNull(page.QuerySelector("#Sections-error"));
    }

    [Fact]
    public async Task Sections_words_and_filters_narrow_the_list_and_only_sections_the_export()
    {
        using var world = await DatasetWorld.OpenAsync(app);

        var page = await world.GetAsync($"?section_ids={world.Sections[0]}&q=apple&has_output=true&tag=fruit");

        Assert.Equal(["Which apple is red?", "Which apple is green?"], SessionPages.Titles(page));
        Assert.Equal("apple", page.QuerySelector(".row-link mark")!.TextContent);
        Assert.Equal(4, page.QuerySelectorAll(".chip").Length);
        var scope = page.QuerySelector(".scope")!;
        Assert.Contains("1 of 2 sections, 3 items. Search words are for looking only; the sections you tick define the export.", scope.TextContent, StringComparison.Ordinal);
        Assert.Equal($"/datasets/{world.Dataset}/export?section_ids={world.Sections[0]}", scope.QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal($"/datasets/{world.Dataset}/export", page.QuerySelector("#export-buttons a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task The_list_is_put_into_other_orders_and_kept_as_a_view()
    {
        using var world = await DatasetWorld.OpenAsync(app);

        var sorted = await world.GetAsync("?sort=-input&tag=fruit");
        Assert.Equal(["Which pear is soft?", "Which apple is sour?", "Which apple is red?", "Which apple is green?"], SessionPages.Titles(sorted));
        Assert.Equal("descending", sorted.QuerySelector("th.c-title")!.GetAttribute("aria-sort"));
        Assert.Contains("sort=input", sorted.QuerySelector("#sort-input")!.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal("Second", sorted.QuerySelector("tr[data-row] .row-sub span")!.TextContent);
        Assert.Empty(sorted.QuerySelectorAll("tr.group"));
        var panel = await world.Pages.Browser.ReadAsync(await world.Pages.Browser.GetAsync(sorted.QuerySelector($"tr[data-row='{world.Items[2]}'] .row-link")!.GetAttribute("hx-get")!));
        Assert.Contains(world.Items[3], panel.QuerySelector("#peek-newer")!.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains(world.Items[0], panel.QuerySelector("#peek-older")!.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal("Which apple is sour?", SessionPages.Titles(await world.GetAsync("?sort=output_length"))[0]);
        Assert.Equal(world.Items[3], (await world.GetAsync("?sort=-position")).QuerySelector("tr[data-row]")!.Id);

        var search = await world.GetAsync("?sort=-input&q=apple");
        Assert.Equal(["Which apple is red?", "Which apple is green?", "Which apple is sour?"], SessionPages.Titles(search));
        Assert.Contains("What a search for words finds is shown in the dataset’s order.", search.QuerySelector(".chips")!.TextContent, StringComparison.Ordinal);
        Assert.Null(search.QuerySelector("#sort-input"));

        using var saved = await world.PostAsync("?sort=-input&has_output=true&handler=view", ("name", "Backwards"));
        var view = await world.Pages.Browser.ReadAsync(saved);
        Assert.Equal("Backwards", view.QuerySelector(".views a[aria-current]")!.ChildNodes[0].TextContent);
        Assert.Equal(["Which pear is soft?", "Which apple is red?", "Which apple is green?"], SessionPages.Titles(view));
        Assert.DoesNotContain("Backwards", (await world.Pages.GetAsync("/datasets")).QuerySelector("#views")!.TextContent, StringComparison.Ordinal);
        var own = await world.Pages.Browser.ReadAsync(await world.Pages.Browser.GetAsync(view.QuerySelector("#view-menu form")!.GetAttribute("action")!));
        Assert.Contains(world.Path, own.QuerySelector(".crumbs a")!.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_datasets_are_sorted_by_name_changed_and_items_and_kept_as_a_view()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        using var made = await world.Pages.PostAsync("/datasets/new", ("Name", "apples"));

        Assert.Equal(["apples", "Fruit"], SessionPages.Titles(await world.Pages.GetAsync("/datasets?sort=name")));
        Assert.Equal(["Fruit", "apples"], SessionPages.Titles(await world.Pages.GetAsync("/datasets?sort=-items")));
        Assert.Equal(["apples", "Fruit"], SessionPages.Titles(await world.Pages.GetAsync("/datasets?sort=-updated")));
        using var saved = await world.Pages.PostAsync("/datasets?sort=-items&q=fr&handler=view", ("name", "Large"));
        var view = await world.Pages.Browser.ReadAsync(saved);
        Assert.Equal(["Fruit"], SessionPages.Titles(view));
        Assert.Equal("Large", view.QuerySelector(".views a[aria-current]")!.ChildNodes[0].TextContent);
    }

    [Fact]
    public async Task Old_versions_are_paged_back_and_count_their_own_items()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        var version = await world.VersionAsync();
        using var deleted = await world.PostAsync("?handler=bulk", ("ids", world.Items[0]), ("ids", world.Items[3]), ("action", "delete"));

        var page = await world.GetAsync($"?version={version}&facets=all&has_output=true");
        Assert.Equal(["Which apple is red?", "Which apple is green?", "Which pear is soft?"], SessionPages.Titles(page));
        Assert.Contains("fruit3", page.QuerySelector("#facet-tag")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["4", "3", "1"], page.QuerySelectorAll("#facet-has_output .count").Select(count => count.TextContent));
        var panel = await world.Pages.Browser.ReadAsync(await world.Pages.Browser.GetAsync(page.QuerySelectorAll(".row-link")[1].GetAttribute("hx-get")!));
        Assert.Contains(world.Items[0], panel.QuerySelector("#peek-newer")!.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains(world.Items[3], panel.QuerySelector("#peek-older")!.GetAttribute("href"), StringComparison.Ordinal);

        var items = $"/api/datasets/{world.Dataset}/items?limit=2&version={version}";
        var second = await world.Pages.Program.GetFromJsonAsync<JsonElement>($"{items}&around={world.Items[3]}");
        Assert.Equal([world.Items[2], world.Items[3]], second.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
        var first = await world.Pages.Program.GetFromJsonAsync<JsonElement>($"{items}&cursor={second.GetProperty("previous_cursor")}");
        Assert.Equal([world.Items[0], world.Items[1]], first.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));

        var newest = $"/api/datasets/{world.Dataset}/items?limit=1";
        var sorted = await world.Pages.Program.GetFromJsonAsync<JsonElement>($"{newest}&sort=-input");
        Assert.Equal(world.Items[2], sorted.GetProperty("items")[0].GetProperty("id").GetString());
        Assert.Equal(world.Items[1], (await world.Pages.Program.GetFromJsonAsync<JsonElement>($"{newest}&sort=-input&cursor={sorted.GetProperty("next_cursor")}")).GetProperty("items")[0].GetProperty("id").GetString());
        foreach (var refused in new[] { $"{newest}&sort=input&q=apple", $"{items}&sort=input", $"{newest}&sort=size", $"{newest}&sort=input&cursor={sorted.GetProperty("next_cursor")}" })
        {
            using var answer = await world.Pages.Program.GetAsync(refused);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Facets_count_what_the_other_filters_leave()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        var page = await world.GetAsync($"?facets=all&section_ids={world.Sections[0]}");
        Assert.Equal("3", page.QuerySelector("#facet-tag .count")!.TextContent);
        Assert.Equal(["3", "2", "1"], page.QuerySelectorAll("#facet-has_output .count").Select(count => count.TextContent));
        using var unknown = await world.Pages.Browser.GetAsync($"/w/{world.Pages.Slug}{world.Path}?handler=facet&name=never");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Many_items_are_tagged_moved_duplicated_and_deleted_and_each_change_can_be_taken_back()
    {
        using var world = await DatasetWorld.OpenAsync(app);

        using var tagged = await world.PostAsync("?handler=bulk", ("action", "add-tag"), ("tag", "sweet"), ("ids", world.Items[0]), ("ids", world.Items[1]));
        Assert.Equal(2, SessionPages.Titles(await world.GetAsync("?tag=sweet")).Count);
        using var moved = await world.PostAsync("?handler=bulk", ("action", $"move:{world.Sections[1]}"), ("ids", world.Items[0]));
        Assert.Equal(["Which pear is soft?", "Which apple is red?"], SessionPages.Titles(await world.GetAsync($"?section_ids={world.Sections[1]}")));
        using var doubled = await world.PostAsync($"?section_ids={world.Sections[1]}&handler=bulk", ("action", "duplicate"), ("all_matching", "true"));
        Assert.Equal(4, SessionPages.Titles(await world.GetAsync($"?section_ids={world.Sections[1]}")).Count);
        using var deleted = await world.PostAsync("?q=pear&handler=bulk", ("action", "delete"), ("all_matching", "true"));
        var page = await world.Pages.Browser.ReadAsync(deleted);
        Assert.Contains("2 items deleted", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Empty(SessionPages.Titles(await world.GetAsync("?q=pear")));

        var undo = (IHtmlFormElement)page.QuerySelector(".toast form")!;
        using var undone = await world.Pages.Browser.PostAsync(undo.GetAttribute("action"), new FormUrlEncodedContent(
            undo.QuerySelectorAll("input").Select(field => KeyValuePair.Create(field.GetAttribute("name")!, field.GetAttribute("value")!))));
        Assert.Equal(2, SessionPages.Titles(await world.GetAsync("?q=pear")).Count);
        // It is not the newest change any more.
        using var late = await world.PostAsync("?handler=undo", ("version", "2"));
        Assert.Contains("Nothing was taken back.", (await world.Pages.Browser.ReadAsync(late)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_is_not_understood_changes_nothing()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        using var refused = await world.PostAsync("?linked=perhaps&handler=bulk", ("action", "delete"), ("all_matching", "true"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(4, SessionPages.Titles(await world.GetAsync()).Count);
    }

    [Fact]
    public async Task A_link_to_a_deleted_item_offers_the_version_that_had_it()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        var before = await world.VersionAsync();
        using var deleted = await world.PostAsync($"/items/{world.Items[1]}?handler=delete");

        var page = await world.GetAsync($"?message_id={world.Items[1]}");

        var missing = page.QuerySelector("#missing")!;
        Assert.Contains($"deleted in version {before + 1}", missing.TextContent, StringComparison.Ordinal);
        var old = await world.Pages.Browser.ReadAsync(await world.Pages.Browser.GetAsync(missing.QuerySelector("a")!.GetAttribute("href")!));
        Assert.Equal("Which apple is green?", old.QuerySelector("tr.is-linked-to .row-link")!.TextContent);
        Assert.Contains($"This is version {before}", old.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null(old.QuerySelector(".bulkbar"));
        Assert.Null(old.QuerySelector("#add"));
        var item = await world.Pages.Browser.ReadAsync(await world.Pages.Browser.GetAsync(old.QuerySelector("tr.is-linked-to .row-link")!.GetAttribute("href")!));
        Assert.Null(item.QuerySelector("#peek [data-key=e]"));
    }

    [Fact]
    public async Task Columns_are_chosen_by_each_person()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        using var chosen = await world.PostAsync("?handler=columns", ("show", "section"), ("show", "tags"));
        var page = await world.GetAsync();
        Assert.Equal(["Section", "Tags"], page.QuerySelectorAll("thead th").Skip(2).SkipLast(1).Select(head => head.TextContent.Trim()));
    }

    [Fact]
    public async Task A_viewer_reads_and_changes_nothing()
    {
        using var world = await DatasetWorld.OpenAsync(app, WorkspaceRole.Viewer);
        var page = await world.GetAsync($"?peek={world.Items[0]}");
        Assert.Equal(4, SessionPages.Titles(page).Count);
        Assert.Null(page.QuerySelector(".bulkbar"));
        Assert.Null(page.QuerySelector("#peek [data-key=e]"));
        using var refused = await world.PostAsync("?handler=bulk", ("action", "delete"), ("ids", world.Items[0]));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }
}

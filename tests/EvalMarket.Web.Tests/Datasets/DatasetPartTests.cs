using System.Net;
using System.Text;
using EvalMarket.TestKit;
using EvalMarket.Web.Pages.Datasets.Lists;
using EvalMarket.Web.Pages.Datasets.Versions;
using EvalMarket.Web.Tests.Sessions;

namespace EvalMarket.Web.Tests.Datasets;

public sealed class DatasetPartTests(TestApp app) : IClassFixture<TestApp>
{
    [Fact]
    public async Task Sections_are_added_renamed_moved_and_deleted_with_their_items_kept()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        using var added = await world.PostAsync("/sections?handler=add", ("name", "Third"));
        using var renamed = await world.PostAsync("/sections?handler=rename", ("section", world.Sections[0]), ("name", "Apples"));
        using var moved = await world.PostAsync("/sections?handler=move", ("section", world.Sections[0]), ("way", "down"));
        Assert.Equal(["Second", "Apples", "Third"], await NamesAsync(world));
        using var taken = await world.PostAsync("/sections?handler=rename", ("section", world.Sections[0]), ("name", "Third"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, taken.StatusCode);

        using var deleted = await world.PostAsync("/sections?handler=delete", ("section", world.Sections[1]), ("to", world.Sections[0]));

        Assert.Equal(["Apples", "Third"], await NamesAsync(world));
        Assert.Equal(4, SessionPages.Titles(await world.GetAsync($"?section_ids={world.Sections[0]}")).Count);
    }

    [Fact]
    public async Task A_dataset_is_deleted_by_its_name_and_brought_back()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        using var wrong = await world.PostAsync("/settings?handler=delete", ("Confirmation", "Vegetables"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        using var deleted = await world.PostAsync("/settings?handler=delete", ("Confirmation", "Fruit"));
        Assert.Contains("“Fruit” was deleted.", (await world.Pages.Browser.ReadAsync(deleted)).Body!.TextContent, StringComparison.Ordinal);
        using var gone = await world.Pages.Browser.GetAsync($"/w/{world.Pages.Slug}{world.Path}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);

        using var back = await world.Pages.PostAsync("/datasets?handler=restore", ("dataset", world.Dataset));

        Assert.Equal(4, SessionPages.Titles(await world.GetAsync()).Count);
    }

    [Fact]
    public async Task Name_description_and_schema_are_changed_and_the_description_is_shown_safely()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        using var wrong = await world.PostAsync("/settings?handler=save", ("Name", "Fruit"), ("Description", ""), ("Schema", "{"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        using var saved = await world.PostAsync("/settings?handler=save", ("Name", "Berries"), ("Description", "## What\n<script>x</script> **bold**"), ("Schema", """{"type": "object"}"""));
        var page = await world.GetAsync("/about");
        Assert.Equal("Berries", page.QuerySelector("h1")!.TextContent);
        Assert.Equal("bold", page.QuerySelector(".prose strong")!.TextContent);
        Assert.Empty(page.QuerySelectorAll(".prose script"));
        Assert.Contains("\"type\": \"object\"", page.QuerySelector(".json-value")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_are_named_compared_field_by_field_and_restored()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        var first = await world.VersionAsync();
        using var named = await world.PostAsync("/versions?handler=mark", ("version", $"{first}"), ("name", "Before"), ("pinned", "true"));
        var form = await world.FormAsync(world.Items[0]);
        form["Form.Output"] = "That one.";
        using var saved = await world.PostAsync($"/items/{world.Items[0]}?handler=save", [.. form.Append(KeyValuePair.Create("Form.Do", "save")).Select(field => (field.Key, field.Value))]);
        using var deleted = await world.PostAsync($"/items/{world.Items[3]}?handler=delete");

        var page = await world.GetAsync($"/versions/compare?from={first}&to={first + 2}");

        Assert.Equal(["Changed", "Removed"], page.QuerySelectorAll(".diff-kind").Select(kind => kind.TextContent));
        Assert.Equal("This", page.QuerySelector(".side del")!.TextContent);
        Assert.Equal("That", page.QuerySelector(".side ins")!.TextContent);
        Assert.Contains("output.content", page.QuerySelector(".side h3")!.TextContent, StringComparison.Ordinal);
        var versions = await world.GetAsync("/versions");
        Assert.Contains("Before", versions.QuerySelector($"#v{first}")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("pinned", versions.QuerySelector($"#v{first}")!.TextContent, StringComparison.Ordinal);
        using var restored = await world.PostAsync("/versions?handler=restore", ("version", $"{first}"));
        Assert.Equal(4, SessionPages.Titles(await world.GetAsync()).Count);
        Assert.Equal(first + 3, await world.VersionAsync());
    }

    [Fact]
    public async Task A_public_link_shows_its_item_to_anybody_until_it_is_revoked()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        var dialog = await world.GetAsync($"/items/{world.Items[0]}/share");
        Assert.Contains("Not shown", dialog.QuerySelector(".loss .lost")!.TextContent, StringComparison.Ordinal);
        using var made = await world.PostAsync($"/items/{world.Items[0]}/share");
        Assert.Contains("no-store", made.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var link = new Uri((await world.Pages.Browser.ReadAsync(made)).QuerySelector("#public-link")!.TextContent);
        using var stranger = app.Client();

        using var answer = await stranger.GetAsync(link.PathAndQuery);

        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("noindex", answer.Headers.GetValues("X-Robots-Tag").Single(), StringComparison.Ordinal);
        Assert.Contains("Which apple is red?", text, StringComparison.Ordinal);
        foreach (var secret in new[] { world.Pages.Slug, world.Dataset, world.Items[0], "Fruit", "green" })
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }

        var list = await world.Pages.GetAsync("/settings/links");
        var id = list.QuerySelector("input[name=link]")!.GetAttribute("value")!;
        using var revoked = await world.Pages.PostAsync("/settings/links?handler=revoke", ("link", id));
        using var ended = await stranger.GetAsync(link.PathAndQuery);
        Assert.Equal(HttpStatusCode.NotFound, ended.StatusCode);
        using var never = await stranger.GetAsync("/s/never-was");
        Assert.Equal(HttpStatusCode.NotFound, never.StatusCode);
    }

    [Fact]
    public async Task The_export_dialog_says_what_goes_in_and_what_gets_lost_before_the_download()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        var page = await world.GetAsync($"/export?section_ids={world.Sections[1]}&q=nothing&show=openai-finetune");
        Assert.Contains("1 of 4, in 1 of 2 sections", page.QuerySelector(".facts")!.TextContent, StringComparison.Ordinal);
        Assert.Equal($"/api/datasets/{world.Dataset}/export/openai-finetune?section_ids={world.Sections[1]}&workspace={world.Pages.Slug}", page.QuerySelector("#export-download a")!.GetAttribute("href"));
        Assert.Contains("export/openai-finetune", page.QuerySelector("#export-curl")!.TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.QuerySelectorAll(".loss .lost"));
        using var file = await world.Pages.Browser.GetAsync(page.QuerySelector("#export-download a")!.GetAttribute("href"));
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        using var foreign = await world.Pages.Browser.GetAsync($"/w/{world.Pages.Slug}{world.Path}/export?show=never");
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
    }

    [Fact]
    public async Task A_csv_is_looked_at_its_columns_are_mapped_and_its_good_rows_imported()
    {
        using var world = await DatasetWorld.OpenAsync(app);
        using var uploaded = await UploadAsync(world.Pages, $"{world.Path}/csv", "plums.csv", "Question,AI Response,colour\nWhich plum?,This plum.,blue\n,No question,red\n");
        var (draft, preview) = await world.Pages.Browser.FollowAsync(uploaded);
        Assert.Equal(("comma", "utf-8"), (preview.QuerySelector("#delimiter option[selected]")!.GetAttribute("value"), preview.QuerySelector("#encoding option[selected]")!.GetAttribute("value")));
        Assert.Equal(["2", "3"], preview.QuerySelectorAll("tbody th[scope=row]").Take(2).Select(line => line.TextContent));

        var mapped = await world.Pages.Browser.ReadAsync(await world.Pages.Browser.GetAsync($"{draft}?c0=input&c1=output&c2=participant_data.colour&section={world.Sections[1]}&history=column&on_error=skip"));

        Assert.Equal("3", mapped.QuerySelector(".error-rows td")!.TextContent);
        Assert.Contains("Import 1 row", mapped.QuerySelector("[form=import-form].btn")!.TextContent, StringComparison.Ordinal);
        using var imported = await world.Pages.Browser.PostAsync($"{draft}?handler=import", new FormUrlEncodedContent(
            mapped.QuerySelectorAll("input[form=import-form]").Select(field => KeyValuePair.Create(field.GetAttribute("name")!, field.GetAttribute("value") ?? ""))));
        Assert.Contains("1 item added", (await world.Pages.Browser.ReadAsync(imported)).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["Which pear is soft?", "Which plum?"], SessionPages.Titles(await world.GetAsync($"?section_ids={world.Sections[1]}")));
    }

    [Fact]
    public async Task An_uploaded_csv_becomes_a_dataset_of_its_name()
    {
        using var pages = await SessionPages.OpenAsync(app);
        using var uploaded = await UploadAsync(pages, "/datasets/upload", "support questions.csv", "Human Message,AI Response\nHi,Hello\n");
        Assert.Contains("support questions", (await pages.Browser.ReadAsync(uploaded)).QuerySelector(".crumbs")!.TextContent, StringComparison.Ordinal);
        using var bundle = await UploadAsync(pages, "/datasets/upload", "tasks.json", "[{\"task_id\": \"1\"}]");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bundle.StatusCode);
        Assert.Contains("eval bundle", await bundle.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PK\u0003\u0004rest", "package")]
    [InlineData("Human Message,AI Response\n", "csv")]
    [InlineData("\uFEFFa;b\n", "csv")]
    [InlineData("  [{\"task_id\": 1}]", "bundle")]
    [InlineData("\0\u0001\u0002", null)]
    public void What_a_file_is_is_told_by_its_first_bytes(string head, string? kind) => Assert.Equal(kind, UploadDatasetModel.KindOf(Encoding.UTF8.GetBytes(head)));

    [Theory]
    [InlineData("a b c", "a x c")]
    [InlineData("", "new")]
    [InlineData("one two  three", "two three four")]
    public void A_difference_of_words_gives_both_texts_back(string before, string after)
    {
        var pieces = WordDifference.Of(before, after);
        Assert.Equal(before, string.Concat(pieces.Where(piece => piece.Kind != PieceKind.Added).Select(piece => piece.Text)));
        Assert.Equal(after, string.Concat(pieces.Where(piece => piece.Kind != PieceKind.Removed).Select(piece => piece.Text)));
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(DatasetWorld world) =>
        [.. (await world.GetAsync("/sections")).QuerySelectorAll(".section-row .input-row .input").Select(field => field.GetAttribute("value")!)];

    private static async Task<HttpResponseMessage> UploadAsync(SessionPages pages, string path, string name, string text)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(text)), "file", name } };
        return await pages.Browser.PostAsync($"/w/{pages.Slug}{path}", form);
    }
}

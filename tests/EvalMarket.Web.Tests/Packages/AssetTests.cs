using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using EvalMarket.Core.Assets;
using EvalMarket.Core.Data;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Web.Tests.Packages;

public sealed class AssetTests(TestApp app) : IClassFixture<TestApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_are_added_and_removed_in_the_items_form_and_every_wrong_one_is_named()
    {
        using var pages = await SessionPages.OpenAsync(app);
        var (dataset, items) = await PackageWorld.DatasetAsync(app, pages.Slug);
        var path = $"/datasets/{dataset.Id}/items/{items[0].Item}";
        var edit = await pages.GetAsync($"{path}?edit=true");
        Assert.Equal("multipart/form-data", edit.QuerySelector("#item-form")!.GetAttribute("enctype"));

        using var refused = await SaveAsync(pages, edit, ("map.png", PackageWorld.Png), ("page.svg", "<svg/>"u8.ToArray()), ("fake.pdf", "no"u8.ToArray()));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var again = await new HtmlParser().ParseDocumentAsync(await refused.Content.ReadAsStringAsync(Cancel), Cancel);
        Assert.Equal(["page.svg", "fake.pdf"], again.QuerySelectorAll("#Form_Files-error li").Select(error => error.TextContent.Split(':')[0]));
        // The good one need not be chosen again.
        Assert.Single(again.QuerySelectorAll("[name='Form.AddedFiles']"));
        using var saved = await SaveAsync(pages, again, ("notes.txt", "Some notes"u8.ToArray()));
        Assert.Equal(HttpStatusCode.Redirect, saved.StatusCode);

        var shown = await pages.GetAsync(path);
        Assert.Equal(["map.png", "notes.txt"], shown.QuerySelectorAll(".files b").Select(name => name.TextContent.Split('-')[1]));
        using var picture = await pages.Browser.GetAsync(shown.QuerySelector("img.file-picture")!.GetAttribute("src"), Cancel);
        Assert.Equal(PackageWorld.Png, await picture.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(("image/png", "default-src 'none'; sandbox"), (picture.Content.Headers.ContentType!.MediaType, picture.Headers.GetValues("Content-Security-Policy").Single()));

        var form = await pages.GetAsync($"{path}?edit=true");
        ((IHtmlInputElement)form.QuerySelector("[name='Form.RemoveFiles']")!).IsChecked = true;
        using var removed = await SaveAsync(pages, form);
        Assert.Equal(HttpStatusCode.Redirect, removed.StatusCode);
        Assert.EndsWith("notes.txt", Assert.Single((await pages.GetAsync(path)).QuerySelectorAll(".files b")).TextContent, StringComparison.Ordinal);

        using var made = await SaveAsync(pages, await pages.GetAsync($"/datasets/{dataset.Id}/items/new"), ("rows.csv", "a,b\n1,2\n"u8.ToArray()));
        Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
        var link = made.Headers.Location!.ToString().Split("message_id=")[1];
        Assert.EndsWith("rows.csv", (await pages.GetAsync($"/datasets/{dataset.Id}/items/{link}")).QuerySelector(".files b")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_no_version_has_goes_a_day_after_it_was_found_and_the_others_stay()
    {
        await using var own = await TestApp.StartAsync(new Dictionary<string, string>());
        using var world = await PackageWorld.OpenAsync(own);
        var path = $"/api/datasets/{world.Id}/assets";
        var used = await world.SendAsync(path, PackageWorld.FileForm(PackageWorld.Png, "map.png"), HttpStatusCode.Created);
        var unused = await world.SendAsync(path, PackageWorld.FileForm("unused"u8.ToArray(), "unused.txt"), HttpStatusCode.Created);
        var back = await world.SendAsync(path, PackageWorld.FileForm("back"u8.ToArray(), "back.txt"), HttpStatusCode.Created);
        await PackageWorld.AddItemAsync(own, world, used.GetRawText());
        // A later version does without it: the one before still has it.
        using var deleted = await world.Http.DeleteAsync($"/api/datasets/{world.Id}/items/{await LastItemAsync(world)}", Cancel);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);

        Assert.Equal(0, await CollectAsync(own, world));
        own.Time.Advance(TimeSpan.FromHours(25));
        await world.SendAsync(path, PackageWorld.FileForm("back"u8.ToArray(), "back.txt"), HttpStatusCode.Created);
        Assert.Equal(1, await CollectAsync(own, world));

        await world.Workspace.GetAsync($"/api/assets/{unused.GetProperty("sha256").GetString()}", HttpStatusCode.NotFound);
        foreach (var kept in new[] { used, back })
        {
            using var answer = await world.GetAsync($"/api/assets/{kept.GetProperty("sha256").GetString()}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        // The same content is a file again.
        await world.SendAsync(path, PackageWorld.FileForm("unused"u8.ToArray(), "unused.txt"), HttpStatusCode.Created);
        using var anew = await world.GetAsync($"/api/assets/{unused.GetProperty("sha256").GetString()}");
        Assert.Equal("unused", await anew.Content.ReadAsStringAsync(Cancel));

        // A process that dies between the row and the file leaves the file, and a later run finds it.
        await own.InWorkspaceAsync(world.Workspace.Slug, services => services.GetRequiredService<EvalMarketDbContext>().Assets.Where(row => row.Name == "unused.txt").ExecuteDeleteAsync(Cancel));
        own.Time.Advance(TimeSpan.FromHours(25));
        // With it goes the one that came back and was not used after all.
        Assert.Equal(2, await CollectAsync(own, world));
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(own.DataDirectory, "files", "w", world.Workspace.Slug, "assets"), "*", SearchOption.AllDirectories), file => file.Contains(unused.GetProperty("sha256").GetString()!, StringComparison.Ordinal));
    }

    private static Task<int> CollectAsync(TestApp app, PackageWorld world) =>
        app.InWorkspaceAsync(world.Workspace.Slug, services => services.GetRequiredService<AssetGarbage>().CollectAsync(Cancel));

    private static async Task<string> LastItemAsync(PackageWorld world) =>
        (await world.Workspace.GetAsync($"/api/datasets/{world.Id}/items?limit=1000")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("input").GetProperty("content").GetString() == "One more").GetProperty("id").GetString()!;

    private static async Task<HttpResponseMessage> SaveAsync(SessionPages pages, IHtmlDocument page, params (string Name, byte[] Content)[] files)
    {
        var form = (IHtmlFormElement)page.QuerySelector("#item-form")!;
        using var content = new MultipartFormDataContent();
        foreach (var field in form.QuerySelectorAll("input[name], textarea[name], select[name]"))
        {
            if (field is IHtmlInputElement { Type: "file" } or IHtmlInputElement { Type: "checkbox", IsChecked: false })
                continue;
            var value = field switch { IHtmlTextAreaElement text => text.Value, IHtmlSelectElement select => select.Value, _ => field.GetAttribute("value") };
            content.Add(new StringContent(field.GetAttribute("name") == "Form.Input" && string.IsNullOrEmpty(value) ? "A question" : value ?? ""), field.GetAttribute("name")!);
        }

        content.Add(new StringContent("save"), "Form.Do");
        foreach (var (name, bytes) in files)
            content.Add(new ByteArrayContent(bytes), "Form.Files", name);
        // The form of a new item goes to the address that it has.
        var action = form.GetAttribute("action") ?? page.QuerySelector(".crumbs li:last-child a")!.GetAttribute("href") + "/items/new";
        return await pages.Browser.PostAsync(action, content, Cancel);
    }
}

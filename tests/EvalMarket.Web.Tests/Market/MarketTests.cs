using System.IO.Compression;
using System.Net;
using System.Text;
using EvalMarket.TestKit;

namespace EvalMarket.Web.Tests.Market;

/// <summary>Bundles, listings and buying, through the API.</summary>
public sealed class MarketTests(TestApp app) : IClassFixture<TestApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bundle_is_kept_byte_for_byte_and_a_bad_one_leaves_nothing()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        using var bad = await seller.UploadAsync(MarketWorkspace.Tasks, """[{"task_id":"other","answer":"1","criteria":[],"passThreshold":50}]""", null);
        var problem = await MarketWorkspace.ReadAsync(bad, HttpStatusCode.UnprocessableEntity);
        Assert.Equal("invalid_bundle", problem.GetProperty("code").GetString());
        Assert.All(problem.GetProperty("errors").EnumerateArray(), error => Assert.True(error.TryGetProperty("file", out _) && error.TryGetProperty("path", out _)));
        Assert.Empty((await seller.Api.GetAsync("/api/bundles")).GetProperty("items").EnumerateArray());
        Assert.Empty(Files(seller.Slug));

        var bundle = await seller.BundleAsync();
        var id = bundle.GetProperty("id").GetString();

        Assert.Equal(2, bundle.GetProperty("task_count").GetInt32());
        Assert.Equal(MarketWorkspace.Tasks, Encoding.UTF8.GetString(await seller.DownloadAsync($"/api/bundles/{id}/tasks.json")));
        Assert.Equal(MarketWorkspace.Answers, Encoding.UTF8.GetString(await seller.DownloadAsync($"/api/bundles/{id}/answers.json")));
        Assert.DoesNotContain("The city", bundle.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_visitor_finds_what_is_published_and_nothing_of_a_draft()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        var slug = await seller.PublishAsync();
        var bundle = (await seller.Api.GetAsync("/api/bundles")).GetProperty("items")[0].GetProperty("id").GetString()!;
        var draft = await seller.ListAsync(bundle, status: "draft");
        using var visitor = app.Client();

        var list = await visitor.GetStringAsync($"/api/listings?q={slug}", Cancel);
        var page = await visitor.GetStringAsync($"/market/{slug}", Cancel);

        Assert.Contains($"\"slug\":\"{slug}\"", list, StringComparison.Ordinal);
        Assert.Contains("What is 6 times 7?", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.Contains(slug, await visitor.GetStringAsync($"/market?q={slug}", Cancel), StringComparison.Ordinal);
        foreach (var path in new[] { $"/api/listings/{draft}", $"/market/{draft}", $"/market/{draft}/commitment", $"/api/listings/{draft}/leaderboard" })
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(path, Cancel)).StatusCode);
        Assert.DoesNotContain(draft, await visitor.GetStringAsync($"/api/listings?q={draft}", Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.GetAsync($"/api/listings/{slug}/tasks.json", Cancel)).StatusCode);
        Assert.Equal(draft, (await seller.Api.GetAsync($"/api/listings/{draft}")).GetProperty("slug").GetString());
    }

    [Theory]
    [InlineData("/market")]
    [InlineData("/market/{slug}")]
    [InlineData("/api/listings/{slug}")]
    public async Task A_page_that_has_not_changed_is_not_sent_again(string path)
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        var slug = await seller.PublishAsync();
        using var visitor = app.Client();
        var address = path.Replace("{slug}", slug, StringComparison.Ordinal);
        using var first = await visitor.GetAsync(address, Cancel);

        using var again = await AskAsync(visitor, address, first.Headers.ETag!.ToString());
        await seller.Api.PatchAsync($"/api/listings/{slug}", """{"title":"Another title"}""");
        using var changed = await AskAsync(visitor, address, first.Headers.ETag!.ToString());

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    [Fact]
    public async Task A_free_listing_is_downloaded_by_every_key_and_stays_when_it_leaves_the_market()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        using var buyer = await MarketWorkspace.OpenAsync(app);
        using var late = await MarketWorkspace.OpenAsync(app);
        var slug = await seller.PublishAsync();

        Assert.Equal(MarketWorkspace.Tasks, Encoding.UTF8.GetString(await buyer.DownloadAsync($"/api/listings/{slug}/tasks.json")));
        Assert.Equal("a,b\n6,7\n", Encoding.UTF8.GetString(await buyer.DownloadAsync($"/api/listings/{slug}/reference/table.csv")));
        using (var zip = new ZipArchive(new MemoryStream(await buyer.DownloadAsync($"/api/listings/{slug}/reference.zip"))))
            Assert.Equal("table.csv", Assert.Single(zip.Entries).FullName);
        await buyer.DownloadAsync($"/api/listings/{slug}/reference/other.csv", HttpStatusCode.NotFound);

        await seller.Api.PatchAsync($"/api/listings/{slug}", """{"status":"archived"}""");

        await buyer.DownloadAsync($"/api/listings/{slug}/tasks.json");
        await late.DownloadAsync($"/api/listings/{slug}/tasks.json", HttpStatusCode.NotFound);
        using var browser = await app.SignedInAsync(buyer.Slug);
        Assert.Contains(slug, await browser.GetStringAsync($"/w/{buyer.Slug}/library", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_priced_listing_opens_with_the_sellers_grant_and_closes_with_its_end()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        using var buyer = await MarketWorkspace.OpenAsync(app);
        var slug = await seller.PublishAsync(",\"price\":480");
        await buyer.DownloadAsync($"/api/listings/{slug}/tasks.json", HttpStatusCode.Forbidden);
        await buyer.SubmitAsync(slug, """[{"task_id":"sum","model_response":"42"}]""", HttpStatusCode.Forbidden);

        var asked = await buyer.Api.PostAsync($"/api/listings/{slug}/grants", """{"message":"For our March run."}""", HttpStatusCode.Created);
        Assert.Equal("requested", asked.GetProperty("status").GetString());
        await buyer.DownloadAsync($"/api/listings/{slug}/tasks.json", HttpStatusCode.Forbidden);
        var waiting = (await seller.Api.GetAsync($"/api/listings/{slug}/grants")).GetProperty("items")[0];
        Assert.Equal((buyer.Slug, "For our March run."), (waiting.GetProperty("workspace").GetString(), waiting.GetProperty("message").GetString()));
        await buyer.Api.SendAsync(HttpMethod.Patch, $"/api/listings/{slug}/grants", $$"""{"workspace":"{{buyer.Slug}}","status":"granted"}""", HttpStatusCode.NotFound);

        await seller.Api.PatchAsync($"/api/listings/{slug}/grants", $$"""{"workspace":"{{buyer.Slug}}","status":"granted"}""");
        await buyer.DownloadAsync($"/api/listings/{slug}/tasks.json");
        await seller.Api.PatchAsync($"/api/listings/{slug}/grants", $$"""{"workspace":"{{buyer.Slug}}","status":"revoked"}""");
        await buyer.DownloadAsync($"/api/listings/{slug}/tasks.json", HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_new_version_of_a_bundle_reaches_buyers_when_the_seller_publishes_it()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        using var buyer = await MarketWorkspace.OpenAsync(app);
        var slug = await seller.PublishAsync();
        var bundle = (await seller.Api.GetAsync("/api/bundles")).GetProperty("items")[0].GetProperty("id").GetString()!;
        var newer = MarketWorkspace.Tasks.Replace("6 times 7", "7 times 6", StringComparison.Ordinal);
        using (var uploaded = await seller.UploadAsync(newer, MarketWorkspace.Answers, MarketWorkspace.Zip(("table.csv", "x\n")), $"/api/bundles/{bundle}/versions"))
            Assert.Equal(2, (await MarketWorkspace.ReadAsync(uploaded, HttpStatusCode.Created)).GetProperty("version").GetInt32());

        Assert.Equal(MarketWorkspace.Tasks, Encoding.UTF8.GetString(await buyer.DownloadAsync($"/api/listings/{slug}/tasks.json")));
        await seller.Api.PatchAsync($"/api/listings/{slug}", """{"publish_version":true}""");

        Assert.Equal(newer, Encoding.UTF8.GetString(await buyer.DownloadAsync($"/api/listings/{slug}/tasks.json")));
        Assert.Equal(MarketWorkspace.Tasks, Encoding.UTF8.GetString(await buyer.DownloadAsync($"/api/listings/{slug}/tasks.json?version=1")));
        await seller.DownloadAsync($"/api/bundles/{bundle}/answers.json?version=1");
        using var deleted = await seller.Api.Http.DeleteAsync($"/api/bundles/{bundle}", Cancel);
        Assert.Equal(HttpStatusCode.Conflict, deleted.StatusCode);
    }

    [Fact]
    public async Task A_listing_has_a_data_card_and_opens_tasks_by_number_or_by_name()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        var slug = await seller.PublishAsync(",\"data_card\":{\"motivation\":\"Can it **add**?\",\"limits\":\"<script>alert(1)</script>\"},\"preview_tasks\":[\"capital\"]");
        using var visitor = app.Client();

        var listing = await seller.Api.GetAsync($"/api/listings/{slug}");
        Assert.Equal(("Can it **add**?", ""), (listing.GetProperty("data_card").GetProperty("motivation").GetString(), listing.GetProperty("data_card").GetProperty("provenance").GetString()));
        Assert.Equal("""["capital"]""", listing.GetProperty("preview_tasks").GetRawText());
        Assert.Equal("capital", Assert.Single(listing.GetProperty("preview").EnumerateArray().ToList()).GetProperty("task_id").GetString());
        var page = await visitor.GetStringAsync($"/market/{slug}", Cancel);
        Assert.Contains("Can it <strong>add</strong>?", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("What is 6 times 7?", page, StringComparison.Ordinal);

        // One part is changed, the others stay.
        listing = await seller.Api.PatchAsync($"/api/listings/{slug}", """{"data_card":{"provenance":"By hand."},"preview_tasks":1}""");
        Assert.Equal("Can it **add**? By hand.", $"{listing.GetProperty("data_card").GetProperty("motivation").GetString()} {listing.GetProperty("data_card").GetProperty("provenance").GetString()}");
        Assert.Equal("sum", Assert.Single(listing.GetProperty("preview").EnumerateArray().ToList()).GetProperty("task_id").GetString());
        var wrong = await seller.Api.PatchAsync($"/api/listings/{slug}", """{"preview_tasks":["capital","nowhere"]}""", HttpStatusCode.UnprocessableEntity);
        Assert.Equal("/preview_tasks/1", wrong.GetProperty("errors")[0].GetProperty("path").GetString());
        wrong = await seller.Api.PatchAsync($"/api/listings/{slug}", $$$"""{"data_card":{"limits":"{{{new string('x', 20_001)}}}"}}""", HttpStatusCode.UnprocessableEntity);
        Assert.Equal("/data_card/limits", wrong.GetProperty("errors")[0].GetProperty("path").GetString());
        wrong = await seller.Api.PatchAsync($"/api/listings/{slug}", """{"data_card":{"colour":"red"}}""", HttpStatusCode.UnprocessableEntity);
        Assert.Equal("/data_card/colour", wrong.GetProperty("errors")[0].GetProperty("path").GetString());
    }

    [Fact]
    public async Task Everything_wrong_with_a_listing_is_said_at_once_and_a_name_is_taken_once()
    {
        using var seller = await MarketWorkspace.OpenAsync(app);
        using var other = await MarketWorkspace.OpenAsync(app);
        var slug = await seller.PublishAsync();
        var theirs = (await other.BundleAsync()).GetProperty("id").GetString();

        var wrong = await other.Api.PostAsync("/api/listings", """{"bundle_id":"bun_01h455vb4pex5vsknk084sn02q","title":"","slug":"No Slug","price":-1,"quota":0,"tags":[""],"colour":"red"}""", HttpStatusCode.UnprocessableEntity);
        var unread = wrong.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()).ToList();
        wrong = await other.Api.PostAsync("/api/listings", """{"bundle_id":"bun_01h455vb4pex5vsknk084sn02q","title":"","slug":"No Slug","price":-1,"quota":0,"tags":[""]}""", HttpStatusCode.UnprocessableEntity);
        var found = wrong.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()).ToList();
        var taken = await other.Api.PostAsync("/api/listings", $$"""{"bundle_id":"{{theirs}}","title":"Mine","slug":"{{slug}}"}""", HttpStatusCode.Conflict);

        Assert.Equal(["/colour"], unread);
        Assert.Equal(["/bundle_id", "/price", "/quota", "/slug", "/tags/0", "/title"], found.Order(StringComparer.Ordinal));
        Assert.Equal("slug_taken", taken.GetProperty("code").GetString());
        await other.Api.PatchAsync($"/api/listings/{slug}", """{"title":"Mine"}""", HttpStatusCode.NotFound);
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string address, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return await client.SendAsync(request, Cancel);
    }

    private IEnumerable<string> Files(string slug)
    {
        var root = Path.Combine(app.DataDirectory, "files");
        return Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => file.StartsWith($"w/{slug}/bundles", StringComparison.Ordinal) || file.StartsWith($"vault/{slug}/", StringComparison.Ordinal));
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Api;
using EvalMarket.Web.Tests.Packages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Web.Tests.Exports;

public sealed class ExportJobTests(TestApp app) : IClassFixture<TestApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_makes_the_bytes_of_the_direct_export_and_both_are_in_the_list()
    {
        using var workspace = await SessionsAsync();
        var direct = await workspace.Http.GetByteArrayAsync("/api/export?format=openai&status=golden", Cancel);

        var export = await MakeAsync(workspace, """{"format":"openai","filter":{"status":["golden"]}}""");

        Assert.Equal(("ready", 2, direct.Length), (export.GetProperty("state").GetString(), export.GetProperty("records").GetInt32(), export.GetProperty("bytes").GetInt32()));
        var path = export.GetProperty("download_url").GetString()!;
        using var answer = await workspace.Http.GetAsync(path, Cancel);
        Assert.Equal(direct, await answer.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal((export.GetProperty("file_name").GetString(), "application/x-ndjson"), (answer.Content.Headers.ContentDisposition!.FileName, answer.Content.Headers.ContentType!.MediaType));
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(direct.Length - 5, null), IfRange = new RangeConditionHeaderValue(answer.Headers.ETag!) } };
        using var rest = await workspace.Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal(direct[^5..], await rest.Content.ReadAsByteArrayAsync(Cancel));

        var list = (await workspace.GetAsync("/api/exports")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["ready", "sent"], list.Select(item => item.GetProperty("state").GetString()));
        Assert.Equal("""{"format":"openai","filter":{"status":["golden"]}}""", list[1].GetProperty("request").GetRawText());
        Assert.Equal(direct.Length, list[1].GetProperty("bytes").GetInt32());
        // What is listed can be sent as it is.
        Assert.Equal("ready", (await MakeAsync(workspace, list[1].GetProperty("request").GetRawText())).GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("package", "/datasets/{0}/export?")]
    [InlineData("csv", "/api/datasets/{0}/export/csv?")]
    [InlineData("huggingface", "/api/datasets/{0}/export/huggingface?")]
    public async Task A_dataset_is_made_by_a_job_in_every_way_in_which_it_can_be_sent(string format, string address)
    {
        using var world = await PackageWorld.OpenAsync(app);
        var query = $"section_ids={world.Section("Easy")}&section_ids={world.Section("日本")}";
        using var request = new HttpRequestMessage(HttpMethod.Get, string.Format(System.Globalization.CultureInfo.InvariantCulture, address, world.Id) + query);
        var direct = await world.Http.GetByteArrayAsync(request.RequestUri, Cancel);
        request.Headers.Add("Prefer", "respond-async");

        using var accepted = await world.Http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var job = await world.Workspace.JobEndAsync(accepted.Headers.Location!.ToString());
        Assert.Equal(job.GetProperty("total").GetInt64(), job.GetProperty("done").GetInt64());
        var export = job.GetProperty("result");
        Assert.Equal((format, 4, "version 2; sections Easy, 日本"), (export.GetProperty("format").GetString(), export.GetProperty("records").GetInt32(), export.GetProperty("detail").GetString()));
        Assert.Equal(direct, await world.Http.GetByteArrayAsync(export.GetProperty("download_url").GetString(), Cancel));
    }

    [Fact]
    public async Task What_cannot_be_exported_is_refused_before_there_is_a_job()
    {
        using var world = await PackageWorld.OpenAsync(app);
        using var other = await PackageWorld.OpenAsync(app);
        var running = (await world.RunAsync(fields: [("status", "running")])).GetProperty("id").GetString();

        await world.Workspace.PostAsync("/api/exports", $$"""{"format":"package","dataset_id":"{{other.Id}}"}""", HttpStatusCode.NotFound);
        await world.Workspace.PostAsync("/api/exports", $$"""{"format":"package","dataset_id":"{{world.Id}}","section_ids":["{{other.Section("Easy")}}"]}""", HttpStatusCode.BadRequest);
        await world.Workspace.PostAsync("/api/exports", $$"""{"format":"csv","dataset_id":"{{world.Id}}","section_ids":["{{other.Section("Easy")}}"]}""", HttpStatusCode.BadRequest);
        await world.Workspace.PostAsync("/api/exports", $$"""{"format":"package","dataset_id":"{{world.Id}}","run_id":"{{running}}"}""", HttpStatusCode.Conflict);
        var wrong = await world.Workspace.PostAsync("/api/exports", """{"format":"deepeval","section_ids":["x"],"limit":0,"filter":{"colour":"red"},"to":1}""", HttpStatusCode.UnprocessableEntity);
        Assert.Equal(
            ["/section_ids/0", "/limit", "/filter/colour", "/to", "/section_ids"],
            wrong.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()));
        await world.Workspace.PostAsync("/api/exports", """{"format":"package"}""", HttpStatusCode.UnprocessableEntity);
        await world.Workspace.PostAsync("/api/exports", "[]", HttpStatusCode.UnprocessableEntity);
        Assert.Empty((await world.Workspace.GetAsync("/api/exports")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_file_expires_and_the_same_export_again_gives_a_fresh_one()
    {
        await using var own = await TestApp.StartAsync(new Dictionary<string, string> { ["Limits:ExportHours"] = "1", ["Limits:StoredExports"] = "2" });
        using var workspace = await SessionsAsync(own);
        var first = await MakeAsync(workspace, """{"format":"text"}""");
        var path = first.GetProperty("download_url").GetString()!;
        await MakeAsync(workspace, """{"format":"text"}""");
        await workspace.PostAsync("/api/exports", """{"format":"text"}""", HttpStatusCode.Conflict);

        own.Time.Advance(TimeSpan.FromHours(2));

        Assert.Equal("export_expired", (await workspace.GetAsync(path, HttpStatusCode.Gone)).GetProperty("code").GetString());
        Assert.Equal(2, await own.InWorkspaceAsync(workspace.Slug, services => services.GetRequiredService<ExportCleaning>().CleanAsync(Cancel)));
        Assert.Empty(Files(own, workspace));
        var again = await workspace.PostAsync($"/api/exports/{first.GetProperty("id").GetString()}/again", "", HttpStatusCode.Accepted);
        await EndAsync(workspace, again);
        using var fresh = await workspace.Http.GetAsync($"/api/exports/{again.GetProperty("id").GetString()}/content", Cancel);
        Assert.Equal(HttpStatusCode.OK, fresh.StatusCode);

        own.Time.Advance(TimeSpan.FromDays(91));
        await own.InWorkspaceAsync(workspace.Slug, services => services.GetRequiredService<ExportCleaning>().CleanAsync(Cancel));
        Assert.Empty((await workspace.GetAsync("/api/exports")).GetProperty("items").EnumerateArray());
        Assert.Empty(Files(own, workspace));
    }

    [Fact]
    public async Task A_job_that_was_cut_off_makes_its_file_anew_and_a_file_that_nobody_knows_goes()
    {
        using var workspace = await SessionsAsync();
        var export = await MakeAsync(workspace, """{"format":"deepeval"}""");
        var whole = await workspace.Http.GetByteArrayAsync(export.GetProperty("download_url").GetString(), Cancel);
        var id = new ExportId(export.GetProperty("id").GetString()!);

        // As a process leaves it that dies between the file and the row; beside it the file of an export that was deleted while it was made.
        await app.InWorkspaceAsync(workspace.Slug, async services =>
        {
            var db = services.GetRequiredService<EvalMarketDbContext>();
            var blobs = services.GetRequiredService<IBlobStore>();
            await blobs.PutAsync(
                [new BlobContent(BlobPath.Parse($"w/{workspace.Slug}/exports/{id}"), "half"u8.ToArray()), new BlobContent(BlobPath.Parse($"w/{workspace.Slug}/exports/{TypeId.New<ExportId>(app.Time.GetUtcNow())}"), "lost"u8.ToArray())], Cancel);
            await db.Exports.Where(row => row.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.FinishedAt, (DateTimeOffset?)null).SetProperty(row => row.ExpiresAt, (DateTimeOffset?)null).SetProperty(row => row.Bytes, (long?)null), Cancel);
            return await db.Jobs.ExecuteUpdateAsync(
                set => set.SetProperty(job => job.Status, JobStatus.Running).SetProperty(job => job.LeaseOwner, "dead").SetProperty(job => job.LeaseUntil, app.Time.GetUtcNow() - TimeSpan.FromMinutes(1)), Cancel);
        });
        await EndAsync(workspace, export);

        Assert.Equal(whole, await workspace.Http.GetByteArrayAsync(export.GetProperty("download_url").GetString(), Cancel));
        Assert.Equal(1, await app.InWorkspaceAsync(workspace.Slug, services => services.GetRequiredService<ExportCleaning>().CleanAsync(Cancel)));
        Assert.Equal([id.Value], Files(app, workspace));
    }

    [Fact]
    public async Task An_export_is_cancelled_and_deleted_with_its_file()
    {
        using var workspace = await SessionsAsync();
        var export = await MakeAsync(workspace, """{"format":"text"}""");
        var path = $"/api/exports/{export.GetProperty("id").GetString()}";
        Assert.Equal("ready", (await workspace.PostAsync($"{path}/cancel", "")).GetProperty("state").GetString());
        await app.InWorkspaceAsync(workspace.Slug, services => services.GetRequiredService<EvalMarketDbContext>().Exports.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.FinishedAt, (DateTimeOffset?)null).SetProperty(row => row.ExpiresAt, (DateTimeOffset?)null), Cancel));
        await app.InWorkspaceAsync(workspace.Slug, services => services.GetRequiredService<EvalMarketDbContext>().Jobs.ExecuteUpdateAsync(
            set => set.SetProperty(job => job.Status, JobStatus.Cancelled), Cancel));

        Assert.Equal("export_not_made", (await workspace.GetAsync($"{path}/content", HttpStatusCode.Conflict)).GetProperty("code").GetString());
        Assert.Equal("cancelled", (await workspace.GetAsync(path)).GetProperty("state").GetString());
        using var deleted = await workspace.Http.DeleteAsync(path, Cancel);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await workspace.GetAsync(path, HttpStatusCode.NotFound);
        Assert.Empty(Files(app, workspace));
    }

    private Task<ApiWorkspace> SessionsAsync() => SessionsAsync(app);

    private static async Task<ApiWorkspace> SessionsAsync(TestApp app)
    {
        var workspace = await ApiWorkspace.OpenAsync(app);
        foreach (var name in new[] { "one", "two" })
            await workspace.AddAsync(name, "\"eval_ready\":true,\"eval_status\":\"golden\"");
        await workspace.AddAsync("three", "\"eval_ready\":true,\"eval_status\":\"incorrect\"");
        return workspace;
    }

    private static List<string> Files(TestApp app, ApiWorkspace workspace)
    {
        var folder = Path.Combine(app.DataDirectory, "files", "w", workspace.Slug, "exports");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)!)] : [];
    }

    /// <summary>Starts an export and waits for its end.</summary>
    private static async Task<JsonElement> MakeAsync(ApiWorkspace workspace, string order) =>
        await EndAsync(workspace, await workspace.PostAsync("/api/exports", order, HttpStatusCode.Accepted));

    private static async Task<JsonElement> EndAsync(ApiWorkspace workspace, JsonElement export)
    {
        var job = await workspace.JobEndAsync($"/api/jobs/{export.GetProperty("job_id").GetString()}");
        Assert.Equal("completed", job.GetProperty("status").GetString());
        return await workspace.GetAsync($"/api/exports/{export.GetProperty("id").GetString()}");
    }
}

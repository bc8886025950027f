using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using EvalMarket.TestKit;
using static EvalMarket.Web.Tests.Api.ApiWorkspace;

namespace EvalMarket.Web.Tests.Api;

/// <summary>Imports of whole folders and archives, and looking before importing.</summary>
public sealed class SessionImportSetTests(TestApp app) : IClassFixture<TestApp>
{
    private static readonly string[] Names = ["a", "b", "c"];

    [Fact]
    public async Task A_dry_run_says_what_an_import_would_bring_and_writes_nothing()
    {
        using var workspace = await OpenAsync(app);
        await workspace.AddAsync("a");
        using var form = Multipart([("folder/own.jsonl", $"{Session("a")}\n{Session("b")}\nnonsense"), ("diary.txt", "Dear diary")]);

        var preview = await PostAsync(workspace, "?dry_run=true", form, HttpStatusCode.OK);

        Assert.Equal((2, 1, 2), (preview.GetProperty("sessions").GetInt32(), preview.GetProperty("present").GetInt32(), preview.GetProperty("turns").GetInt32()));
        var source = preview.GetProperty("sources")[0];
        Assert.Equal(("folder/own.jsonl", "evalmarket"), (source.GetProperty("name").GetString(), source.GetProperty("format").GetString()));
        Assert.Equal(3, source.GetProperty("errors")[0].GetProperty("line").GetInt32());
        Assert.Equal("diary.txt", preview.GetProperty("left_out")[0].GetProperty("name").GetString());
        Assert.Equal(["a"], await workspace.ListAsync(""));
        Assert.Equal(0, Files(workspace));
    }

    [Fact]
    public async Task A_dry_run_can_be_a_field_and_a_job_and_leaves_no_files()
    {
        using var workspace = await OpenAsync(app);
        using var form = Multipart([("own.jsonl", Session("a"))]);
        form.Add(new StringContent("true"), "dry_run");

        var job = await workspace.RunJobAsync("/api/sessions/import", form);

        Assert.Equal(("session_import_check", "completed"), (job.GetProperty("kind").GetString(), job.GetProperty("status").GetString()));
        Assert.Equal(1, job.GetProperty("result").GetProperty("sessions").GetInt32());
        Assert.Empty(await workspace.ListAsync(""));
        Assert.Equal(0, Files(workspace));
    }

    [Fact]
    public async Task A_dry_run_that_is_neither_true_nor_false_is_refused()
    {
        using var workspace = await OpenAsync(app);
        using var inAddress = Multipart([("own.jsonl", Session("a"))]);
        using var inField = Multipart([("own.jsonl", Session("a"))]);
        inField.Add(new StringContent("perhaps"), "dry_run");

        await PostAsync(workspace, "?dry_run=yes", inAddress, HttpStatusCode.BadRequest);
        await PostAsync(workspace, "", inField, HttpStatusCode.UnprocessableEntity);

        Assert.Empty(await workspace.ListAsync(""));
    }

    [Fact]
    public async Task A_folder_comes_as_files_whose_names_have_folders_in_them()
    {
        using var workspace = await OpenAsync(app);

        var answer = await workspace.ImportAsync(Names.Select(name => ($"projects/{name}/session.jsonl", Session(name))).Append(("projects/broken.jsonl", $"{Session("d")}\nnonsense")));

        Assert.Equal((4, 0, 0), Counts(answer));
        var error = Assert.Single(answer.GetProperty("errors").EnumerateArray());
        Assert.Equal(("projects/broken.jsonl", 2), (error.GetProperty("file").GetString(), error.GetProperty("line").GetInt32()));
    }

    [Fact]
    public async Task A_zip_of_a_folder_is_imported_like_the_folder()
    {
        using var workspace = await OpenAsync(app);
        using var form = Files(("projects.zip", await ZipAsync([.. Names.Select(name => ($"projects/{name}.jsonl", Encoding.UTF8.GetBytes(Session(name))))])));

        Assert.Equal((3, 0, 0), Counts(await PostAsync(workspace, "", form, HttpStatusCode.OK)));
        Assert.Equal(Names, (await workspace.ListAsync("")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Hostile_archives_are_refused_with_their_reason_and_import_nothing()
    {
        using var workspace = await OpenAsync(app);
        var bomb = await ZipAsync([("bomb.jsonl", new byte[64 * 1024 * 1024])]);
        var whole = await ZipAsync([("a.jsonl", Encoding.UTF8.GetBytes(Session("a")))]);

        foreach (var (name, content) in new[] { ("bomb.zip", bomb), ("cut.zip", whole[..^30]), ("empty.zip", await ZipAsync([])) })
        {
            using var form = Files((name, content));
            var problem = await PostAsync(workspace, "", form, HttpStatusCode.UnprocessableEntity);
            var error = problem.GetProperty("errors")[0];
            Assert.StartsWith(name, error.GetProperty("file").GetString(), StringComparison.Ordinal);
            Assert.NotEqual("", error.GetProperty("message").GetString());
        }

        Assert.Empty(await workspace.ListAsync(""));
    }

    [Fact]
    public async Task An_upload_of_more_files_than_the_limit_is_refused_as_a_job_and_keeps_nothing()
    {
        await using var strict = await TestApp.StartAsync(new Dictionary<string, string> { ["Limits:UploadFiles"] = "2" });
        using var workspace = await OpenAsync(strict);
        using var form = Multipart(Names.Select(name => ($"{name}.jsonl", Session(name))));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/sessions/import") { Content = form };
        request.Headers.Add("Prefer", "respond-async");

        using var answer = await workspace.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.False(Directory.Exists(Path.Combine(strict.DataDirectory, "files", "w", workspace.Slug, "uploads")));
    }

    private static async Task<JsonElement> PostAsync(ApiWorkspace workspace, string query, HttpContent content, HttpStatusCode expected)
    {
        using var answer = await workspace.Http.PostAsync($"/api/sessions/import{query}", content);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode} instead of {(int)expected}: {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    private static MultipartFormDataContent Files(params IReadOnlyList<(string Name, byte[] Content)> files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, content) in files)
            form.Add(new ByteArrayContent(content), "file", name);
        return form;
    }

    private static async Task<byte[]> ZipAsync(IReadOnlyList<(string Name, byte[] Content)> entries)
    {
        using var stream = new MemoryStream();
        await using (var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, null))
        {
            foreach (var (name, content) in entries)
            {
                await using var entry = await zip.CreateEntry(name, CompressionLevel.Optimal).OpenAsync();
                await entry.WriteAsync(content);
            }
        }

        return stream.ToArray();
    }

    /// <summary>How many uploaded files wait in the store.</summary>
    private int Files(ApiWorkspace workspace)
    {
        var uploads = Path.Combine(app.DataDirectory, "files", "w", workspace.Slug, "uploads");
        return Directory.Exists(uploads) ? Directory.GetFiles(uploads, "*", SearchOption.AllDirectories).Length : 0;
    }
}

using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Api;

namespace EvalMarket.Web.Tests.Market;

/// <summary>A seller or a buyer as a program with a key.</summary>
internal sealed class MarketWorkspace(ApiWorkspace workspace) : IDisposable
{
    private static int number;

    public const string Tasks = """
        [{"task_id":"sum","task_prompt":"What is 6 times 7? End with Answer:","reference_file":"table.csv","hint":"kept as it is"},
         {"task_id":"capital","task_prompt":"What is the capital of France?","reference_file":""}]
        """;

    public const string Answers = """
        [{"task_id":"sum","answer":"42","reference_file":"table.csv","passThreshold":60,"criteria":[
           {"id":"c1","name":"The product","type":"numeric","description":"The number 42","weight":70},
           {"id":"c2","name":"Says a number","type":"regex","description":"^[0-9]+$","weight":30}]},
         {"task_id":"capital","answer":"Paris","reference_file":"","passThreshold":100,"criteria":[
           {"id":"c3","name":"The city","type":"lexical","description":"The capital","weight":100}]}]
        """;

    public ApiWorkspace Api { get; } = workspace;

    public string Slug => Api.Slug;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<MarketWorkspace> OpenAsync(TestApp app) => new(await ApiWorkspace.OpenAsync(app));

    public void Dispose() => Api.Dispose();

    /// <summary>A name that no other listing has.</summary>
    public static string NewSlug() => $"listing-{Interlocked.Increment(ref number)}";

    public static byte[] Zip(params IReadOnlyList<(string Name, string Text)> files)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                using var entry = new StreamWriter(zip.CreateEntry(name).Open());
                entry.Write(text);
            }
        }

        return buffer.ToArray();
    }

    public async Task<HttpResponseMessage> UploadAsync(string tasks, string answers, byte[]? reference, string path = "/api/bundles")
    {
        using var form = new MultipartFormDataContent { { new StringContent("Sums and cities"), "name" } };
        Add(form, Encoding.UTF8.GetBytes(tasks), "tasks", "tasks.json");
        Add(form, Encoding.UTF8.GetBytes(answers), "answers", "answers.json");
        if (reference is not null)
            Add(form, reference, "reference", "reference.zip");
        return await Api.Http.PostAsync(path, form, Cancel);
    }

    /// <summary>Uploads the sample; the answer is the bundle.</summary>
    public async Task<JsonElement> BundleAsync(string tasks = Tasks, string answers = Answers)
    {
        using var answer = await UploadAsync(tasks, answers, tasks.Contains("table.csv", StringComparison.Ordinal) ? Zip(("table.csv", "a,b\n6,7\n")) : null);
        return await ReadAsync(answer, HttpStatusCode.Created);
    }

    /// <summary>Makes a listing of a bundle; its slug is the answer.</summary>
    public async Task<string> ListAsync(string bundle, string more = "", string status = "published")
    {
        var slug = NewSlug();
        await Api.PostAsync(
            "/api/listings",
            $$"""{"bundle_id":"{{bundle}}","title":"Sums of {{slug}}","slug":"{{slug}}","summary":"Small sums.","description":"# Why\n<script>alert(1)</script>","license":"CC-BY-4.0","tags":["sums"],"products":["evaluation"],"quota":50,"reveal":"criterion","status":"{{status}}"{{more}}}""",
            HttpStatusCode.Created);
        return slug;
    }

    public async Task<string> PublishAsync(string more = "", string answers = Answers) => await ListAsync((await BundleAsync(answers: answers)).GetProperty("id").GetString()!, more);

    public Task<JsonElement> SubmitAsync(string slug, string responses, HttpStatusCode expected = HttpStatusCode.Created) =>
        Api.PostAsync($"/api/listings/{slug}/submissions", responses, expected);

    public async Task<byte[]> DownloadAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await Api.Http.GetAsync(path, Cancel);
        Assert.Equal(expected, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync(Cancel);
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        var body = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode} instead of {(int)expected}: {body}");
        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }

    private static void Add(MultipartFormDataContent form, byte[] bytes, string field, string name)
    {
        var part = new ByteArrayContent(bytes);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(part, field, name);
    }
}

using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EvalMarket.Core.Assets;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Runs;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Web.Tests.Packages;

/// <summary>A workspace with a dataset of three sections, and what is done with packages of it.</summary>
internal sealed class PackageWorld : IDisposable
{
    /// <summary>The smallest picture there is.</summary>
    public static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private PackageWorld(ApiWorkspace workspace, DatasetView dataset, IReadOnlyList<(string Section, string Item)> items)
    {
        Workspace = workspace;
        Dataset = dataset;
        Items = items;
    }

    public ApiWorkspace Workspace { get; }

    public HttpClient Http => Workspace.Http;

    public DatasetView Dataset { get; }

    public string Id => Dataset.Id.Value;

    /// <summary>Ids of the items, with the name of their section.</summary>
    public IReadOnlyList<(string Section, string Item)> Items { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<PackageWorld> OpenAsync(TestApp app)
    {
        var workspace = await ApiWorkspace.OpenAsync(app);
        var (dataset, items) = await DatasetAsync(app, workspace.Slug);
        return new PackageWorld(workspace, dataset, items);
    }

    /// <summary>Two items in each of three sections; the first of all has a picture.</summary>
    public static Task<(DatasetView Dataset, IReadOnlyList<(string Section, string Item)> Items)> DatasetAsync(TestApp app, string slug) => app.InWorkspaceAsync(slug, async services =>
    {
        var created = await services.GetRequiredService<DatasetEditing>().CreateAsync(
            new NewDataset("Capitals & Co", "Of **countries**.", """{"type":"object"}""", ["Easy", "Hard", "日本"]), CancellationToken.None);
        if (!created.Succeeded(out var dataset, out var failure))
            throw new InvalidOperationException(failure.Message);

        List<(string Section, string Item)> items = [];
        List<ItemWrite> writes = [];
        foreach (var section in dataset.Sections)
        {
            for (var i = 0; i < 2; i++)
            {
                var id = TypeId.New<ItemId>(app.Time.GetUtcNow());
                items.Add((section.Name, id.Value));
                writes.Add(new ItemWrite
                {
                    Item = DatasetItemReader.Read(
                        Encoding.UTF8.GetBytes($$$"""{"id":"{{{id}}}","input":{"content":"Capital {{{section.Name}}} {{{i}}}? 😀"},"output":{"content":"Answer {{{i}}}"},"context":{"tags":["geo"]},"criteria":[{"weight":100}]}"""),
                        UnknownProperties.Keep).Item,
                    Section = section.Id,
                    Origin = ItemOrigin.Manual,
                });
            }
        }

        var written = await services.GetRequiredService<ItemWriting>().WriteAsync(dataset.Id, writes.ToAsyncEnumerable(), new ItemWriteOptions(), CancellationToken.None);
        if (!written.Succeeded(out _, out var refused))
            throw new InvalidOperationException(refused.Message);
        var view = await services.GetRequiredService<DatasetDirectory>().FindAsync(dataset.Id, CancellationToken.None);
        return (view!, (IReadOnlyList<(string, string)>)items);
    });

    /// <summary>A further item at the end of the first section, with files if some are given.</summary>
    public static Task AddItemAsync(TestApp app, PackageWorld world, string? asset = null) => AddItemAsync(app, world.Workspace.Slug, world.Dataset, asset);

    /// <inheritdoc cref="AddItemAsync(TestApp, PackageWorld, string?)"/>
    public static Task AddItemAsync(TestApp app, string slug, DatasetView dataset, string? asset = null) => app.InWorkspaceAsync(slug, async services =>
    {
        var files = asset is null ? "" : ",\"assets\":[" + AssetOf(JsonElement.Parse(asset)) + "]";
        var item = DatasetItemReader.Read(Encoding.UTF8.GetBytes($$"""{"input":{"content":"One more"}{{files}}}"""), UnknownProperties.Keep).Item;
        var written = await services.GetRequiredService<ItemWriting>().WriteAsync(
            dataset.Id, new[] { new ItemWrite { Item = item, Origin = ItemOrigin.Manual } }.ToAsyncEnumerable(), new ItemWriteOptions(), CancellationToken.None);
        return written.Succeeded(out var result, out var failure) ? result : throw new InvalidOperationException(failure.Message);
    });

    public static Task<int> DatasetCountAsync(TestApp app, PackageWorld world) => app.InWorkspaceAsync(
        world.Workspace.Slug, async services => (await services.GetRequiredService<DatasetDirectory>().ListAsync(100, CancellationToken.None)).Items.Count);

    private static string AssetOf(JsonElement asset) =>
        $$"""{"path":"{{asset.GetProperty("path")}}","mime_type":"{{asset.GetProperty("mime_type")}}","sha256":"{{asset.GetProperty("sha256")}}","bytes":{{asset.GetProperty("bytes")}}}""";

    /// <summary>A run and the hash of a file.</summary>
    public static async Task<(string Run, string Asset)> RunAndAssetAsync(TestApp app, string slug)
    {
        var (dataset, items) = await DatasetAsync(app, slug);
        return await app.InWorkspaceAsync(slug, async services =>
        {
            using var results = new MemoryStream(Encoding.UTF8.GetBytes($$"""{"item_id":"{{items[0].Item}}","response":"x"}"""));
            using var picture = new MemoryStream(Png);
            var run = await services.GetRequiredService<RunUploads>().UploadAsync(new RunOrder { DatasetId = dataset.Id, Name = "A run" }, results, null, CancellationToken.None);
            var asset = await services.GetRequiredService<AssetStore>().AddAsync("a.png", picture, CancellationToken.None);
            return run.Succeeded(out var made, out _) && asset.Succeeded(out var file, out _) ? (made.Id.Value, file.Sha256) : throw new InvalidOperationException("No run.");
        });
    }

    public string Section(string name) => Dataset.Sections.Single(section => section.Name == name).Id.Value;

    /// <summary>Lines of results: the first item failed, the second has no judgement, the others passed.</summary>
    public string Results() => string.Concat(Items.Select((item, i) =>
        $$"""{"item_id":"{{item.Item}}","response":"Response {{i}}","score":{{(i == 0 ? "0" : "0.9")}},{{(i == 1 ? "" : $"\"passed\":{(i == 0 ? "false" : "true")},")}}"latency_ms":{{100 + i}}}""" + "\n"));

    public Task<JsonElement> RunAsync(HttpStatusCode expected = HttpStatusCode.Created, string? results = null, params (string Name, string Value)[] fields) =>
        SendAsync($"/api/datasets/{Id}/runs", RunForm(results ?? Results(), fields), expected);

    public static MultipartFormDataContent RunForm(string results, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value), name);
        form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(results)), "results", "results.jsonl");
        return form;
    }

    public static MultipartFormDataContent FileForm(byte[] file, string name)
    {
        var form = new MultipartFormDataContent();
        form.Add(new ByteArrayContent(file), "file", name);
        return form;
    }

    public async Task<JsonElement> SendAsync(string path, HttpContent content, HttpStatusCode expected)
    {
        using (content)
        {
            using var answer = await Http.PostAsync(path, content, Cancel);
            var body = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode} instead of {(int)expected}: {body}");
            return JsonElement.Parse(body);
        }
    }

    public async Task<byte[]> ExportAsync(string query = "", string? dataset = null)
    {
        using var answer = await Http.GetAsync($"/datasets/{dataset ?? Id}/export{query}", Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal(answer.Content.Headers.ContentLength, bytes.Length);
        return bytes;
    }

    public async Task<HttpResponseMessage> GetAsync(string path, Action<HttpRequestHeaders>? headers = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        headers?.Invoke(request.Headers);
        return await Http.SendAsync(request, Cancel);
    }

    /// <summary>The texts of a package's files, by name and in order.</summary>
    public static List<(string Name, string Text)> Unzip(byte[] package)
    {
        using var archive = new ZipArchive(new MemoryStream(package));
        return [.. archive.Entries.Select(entry =>
        {
            using var reader = new StreamReader(entry.Open());
            return (entry.FullName, reader.ReadToEnd());
        })];
    }

    public void Dispose() => Workspace.Dispose();
}

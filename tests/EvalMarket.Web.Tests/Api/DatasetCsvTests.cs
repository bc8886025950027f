using System.Net;
using System.Text;
using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Datasets.Csv;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Formats.Ids;
using EvalMarket.TestKit;
using Microsoft.Extensions.DependencyInjection;
using static EvalMarket.Web.Tests.Api.ApiWorkspace;

namespace EvalMarket.Web.Tests.Api;

public sealed class DatasetCsvTests(TestApp app) : IClassFixture<TestApp>
{
    private const string People =
        "section,Human Message,AI Response,History,participant_data.name,email\n"
        + "greetings,Hello,Hi there,\"user: Hey\nassistant: Yes?\",Jane,j@example.org\n"
        + ",\"Two\nlines\",=1+1,,,\n";

    [Fact]
    public async Task A_file_becomes_items_in_one_change_and_comes_out_again_as_the_same_bytes()
    {
        using var workspace = await OpenAsync(app);
        var dataset = await DatasetAsync(workspace.Slug);

        var answer = await PostAsync(workspace, dataset, People);

        Assert.Equal((2, 0, 0), Counts(answer));
        Assert.Equal((2, 0, 2), (answer.GetProperty("version").GetInt32(), answer.GetProperty("rejected").GetInt32(), answer.GetProperty("ids").GetArrayLength()));
        var exported = await TextAsync(workspace, $"/api/datasets/{dataset}/export/csv");
        Assert.StartsWith("id,section,Human Message,AI Response,History,context.email,participant_data.name\n", exported, StringComparison.Ordinal);
        Assert.Contains(",default,\"Two\nlines\",'=1+1,,,\n", exported, StringComparison.Ordinal);

        using var other = await OpenAsync(app);
        var empty = await DatasetAsync(other.Slug);
        await PostAsync(other, empty, exported);
        Assert.Equal(exported, await TextAsync(other, $"/api/datasets/{empty}/export/csv"));
        Assert.Equal((0, 0, 2), Counts(await PostAsync(other, empty, exported)));
    }

    [Fact]
    public async Task An_update_by_id_touches_only_the_columns_of_the_file()
    {
        using var workspace = await OpenAsync(app);
        var dataset = await DatasetAsync(workspace.Slug);
        var id = (await PostAsync(workspace, dataset, People)).GetProperty("ids")[0].GetString();

        var answer = await PostAsync(workspace, dataset, $"id,AI Response\n{id},Better\n");

        Assert.Equal((0, 1, 0), Counts(answer));
        var line = JsonElement.Parse((await TextAsync(workspace, $"/api/datasets/{dataset}/export/jsonl")).Split('\n').Single(text => text.Contains(id!, StringComparison.Ordinal)));
        Assert.Equal(("Hello", "Better", 2), (line.GetProperty("input").GetProperty("content").GetString(), line.GetProperty("output").GetProperty("content").GetString(), line.GetProperty("history").GetArrayLength()));
    }

    [Fact]
    public async Task A_section_column_moves_items_that_are_there()
    {
        using var workspace = await OpenAsync(app);
        var dataset = await DatasetAsync(workspace.Slug);
        var rows = string.Concat(Enumerable.Range(0, 2_500).Select(i => $"a{i % 3},question {i}\n"));
        await PostAsync(workspace, dataset, "section,Human Message\n" + rows);
        var exported = await TextAsync(workspace, $"/api/datasets/{dataset}/export/csv");

        // Few are moved under the lock, many beside it.
        var few = string.Concat(exported.Split('\n').Take(3).Select(line => line.Replace(",a0,", ",b,", StringComparison.Ordinal) + "\n"));
        Assert.Equal((0, 2, 0), Counts(await PostAsync(workspace, dataset, few)));
        Assert.Equal((0, 1_667, 833), Counts(await PostAsync(workspace, dataset, exported.Replace(",a1,", ",c,", StringComparison.Ordinal).Replace(",a0,", ",d,", StringComparison.Ordinal))));

        var after = (await TextAsync(workspace, $"/api/datasets/{dataset}/export/csv")).Split('\n')[1..^1];
        Assert.Equal(2_500, after.Distinct().Count());
        Assert.Equal(["a2: 833", "c: 833", "d: 834"], after.GroupBy(line => line.Split(',')[1]).Select(group => $"{group.Key}: {group.Count()}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_file_waits_as_a_draft_until_somebody_has_looked_at_it_and_imports_it_once()
    {
        using var workspace = await OpenAsync(app);
        var dataset = DatasetId.FromTrusted(await DatasetAsync(workspace.Slug));
        var choices = new CsvChoices { SkipsErrors = true };
        var (draft, preview, job) = await app.InWorkspaceAsync(workspace.Slug, async services =>
        {
            var drafts = services.GetRequiredService<CsvDrafts>();
            using var content = new MemoryStream(Encoding.UTF8.GetBytes("Frage,AI Response\nWas?,Das\nshort\n"));
            var id = Of(await drafts.BeginAsync(dataset, new IncomingFile("fragen.csv", content), CancellationToken.None));
            var unmapped = Of(await drafts.LookAsync(dataset, id, choices, CancellationToken.None));
            Assert.True(unmapped.Preview.IsRefused);
            choices = choices with { Mapping = """{"Frage":"input"}""" };
            var looked = Of(await drafts.LookAsync(dataset, id, choices, CancellationToken.None));
            Assert.Null(await drafts.FindAsync(TypeId.New<DatasetId>(app.Time.GetUtcNow()), id, CancellationToken.None));
            Assert.True(looked.HasRejects);
            using (var rejects = new StreamReader((await drafts.OpenRejectsAsync(dataset, id, choices, CancellationToken.None))!))
            {
                Assert.StartsWith("Import error,Frage,AI Response\n", await rejects.ReadToEndAsync(), StringComparison.Ordinal);
            }

            var first = Of(await drafts.ImportAsync(dataset, id, choices, CancellationToken.None));
            Assert.Equal(first.Id, Of(await drafts.ImportAsync(dataset, id, choices, CancellationToken.None)).Id);
            return (id, looked.Preview, first);
        });

        Assert.Equal((1L, 1L, 3L), (preview.Created, preview.Rejected, preview.Errors[0].Line!.Value));
        Assert.Equal(draft, job.Id);
        var end = await workspace.JobEndAsync($"/api/jobs/{job.Id}");
        Assert.Equal((1, 1), (end.GetProperty("result").GetProperty("created").GetInt32(), end.GetProperty("result").GetProperty("rejected").GetInt32()));

        static T Of<T>(Outcome<T> outcome)
            where T : notnull => outcome.Succeeded(out var result, out var failure) ? result : throw new InvalidOperationException(failure.Message);
    }

    [Fact]
    public async Task A_job_looks_through_a_file_to_its_last_row_and_keeps_the_rows_with_errors()
    {
        using var workspace = await OpenAsync(app);
        var dataset = DatasetId.FromTrusted(await DatasetAsync(workspace.Slug));
        var choices = new CsvChoices { Delimiter = '|', Encoding = EvalMarket.Formats.Datasets.Csv.CsvEncoding.Windows1252 };
        var (draft, job) = await app.InWorkspaceAsync(workspace.Slug, async services =>
        {
            var drafts = services.GetRequiredService<CsvDrafts>();
            using var content = new MemoryStream(Encoding.Latin1.GetBytes("Human Message|AI Response\nCaf\u00e9?|Oui\nshort\n"));
            var id = (await drafts.BeginAsync(dataset, new IncomingFile("latin.csv", content), CancellationToken.None)).Succeeded(out var begun, out _) ? begun : default;
            var first = (await drafts.CheckAsync(dataset, id, choices, CancellationToken.None))!;
            Assert.Equal(first.Id, (await drafts.CheckAsync(dataset, id, choices, CancellationToken.None))!.Id);
            return (id, first);
        });
        await workspace.JobEndAsync($"/api/jobs/{job.Id}");

        await app.InWorkspaceAsync(workspace.Slug, async services =>
        {
            var drafts = services.GetRequiredService<CsvDrafts>();
            Assert.True((await drafts.LookAsync(dataset, draft, choices, CancellationToken.None)).Succeeded(out var look, out _));
            Assert.Equal((1L, 1L, true, "windows-1252", "|", "Caf\u00e9?"), (look.Preview.Created, look.Preview.Rejected, look.HasRejects, look.Preview.EncodingName, look.Preview.Delimiter, look.Preview.FirstRows[0].Cells[0]));
            using var rejects = new StreamReader((await drafts.OpenRejectsAsync(dataset, draft, choices, CancellationToken.None))!);
            Assert.Contains("short", await rejects.ReadToEndAsync(), StringComparison.Ordinal);
            return true;
        });

        var sent = await PostAsync(workspace, dataset.Value, "Human Message|AI Response\nWho?|Me\n", [("delimiter", "bar"), ("encoding", "utf-8")]);
        Assert.Equal(1, sent.GetProperty("created").GetInt32());
        await PostAsync(workspace, dataset.Value, "Human Message\nWho?\n", [("delimiter", "dot")], HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_row_with_an_error_refuses_the_file_or_comes_back()
    {
        using var workspace = await OpenAsync(app);
        var dataset = await DatasetAsync(workspace.Slug);
        const string Rows = "Human Message,AI Response\ngood,1\n,no question\nshort\n";

        var refused = await PostAsync(workspace, dataset, Rows, expected: HttpStatusCode.UnprocessableEntity);
        Assert.Equal([3L, 4], refused.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("line").GetInt64()));
        Assert.Equal("", await TextAsync(workspace, $"/api/datasets/{dataset}/export/jsonl"));

        var preview = await PostAsync(workspace, dataset, Rows, [("dry_run", "true")]);
        Assert.Equal((3, 1, 2, ","), (preview.GetProperty("rows").GetInt32(), preview.GetProperty("created").GetInt32(), preview.GetProperty("rejected").GetInt32(), preview.GetProperty("delimiter").GetString()));
        Assert.Equal("input", preview.GetProperty("columns")[0].GetProperty("target").GetString());
        Assert.Equal("", await TextAsync(workspace, $"/api/datasets/{dataset}/export/jsonl"));

        var skipped = await PostAsync(workspace, dataset, Rows, [("on_error", "skip")]);
        Assert.Equal((1, 2), (skipped.GetProperty("created").GetInt32(), skipped.GetProperty("rejected").GetInt32()));
        Assert.StartsWith("Import error,Human Message,AI Response\nThere is no human message.,,no question\n", skipped.GetProperty("rejects").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_say_the_section_the_mapping_and_where_histories_come_from()
    {
        using var workspace = await OpenAsync(app);
        var dataset = await DatasetAsync(workspace.Slug);

        await PostAsync(workspace, dataset, "Frage;Antwort\na;1\nb;2\n", [("mapping", """{"Frage":"input","Antwort":"output"}"""), ("history", "auto")]);

        var lines = (await TextAsync(workspace, $"/api/datasets/{dataset}/export/jsonl")).TrimEnd().Split('\n');
        Assert.Equal("""[{"message_type":"human","content":"a"},{"message_type":"ai","content":"1"}]""", JsonElement.Parse(lines[1]).GetProperty("history").GetRawText());
        var wrong = await PostAsync(workspace, dataset, "a,b\n", [("mapping", "[]"), ("history", "x"), ("on_error", "y"), ("section_id", "z"), ("color", "red")], HttpStatusCode.UnprocessableEntity);
        Assert.Equal(["/color", "/history", "/on_error", "/section_id"], wrong.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("path").GetString()).Order(StringComparer.Ordinal));
        await PostAsync(workspace, dataset, "a,b\n1,2\n", [("mapping", """{"c":"input"}""")], HttpStatusCode.UnprocessableEntity);
        await PostAsync(workspace, "ds_01h455vb4pex5vsknk084sn02q", People, expected: HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_large_file_is_a_job_with_the_same_result_and_its_rejects_as_a_file()
    {
        using var workspace = await OpenAsync(app);
        var dataset = await DatasetAsync(workspace.Slug);
        var rows = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"question {i},answer {i}\n"));

        var job = await workspace.RunJobAsync($"/api/datasets/{dataset}/csv", Form("Human Message,AI Response\n" + rows + "short\n", [("on_error", "skip")]));

        Assert.Equal("completed", job.GetProperty("status").GetString());
        var result = job.GetProperty("result");
        Assert.Equal((5_000, 1), (result.GetProperty("created").GetInt32(), result.GetProperty("rejected").GetInt32()));
        Assert.Equal("Import error,Human Message,AI Response\n\"The row has 1 cell, the first row has 2 cells.\",short\n", await TextAsync(workspace, result.GetProperty("rejects_path").GetString()!));
        Assert.Equal(5_000, (await TextAsync(workspace, $"/api/datasets/{dataset}/export/jsonl")).Count(c => c == '\n'));
        Assert.Equal((0, 0, 5_000), Counts((await workspace.RunJobAsync($"/api/datasets/{dataset}/csv", Form(await TextAsync(workspace, $"/api/datasets/{dataset}/export/csv")))).GetProperty("result")));
    }

    [Fact]
    public async Task Exports_have_a_name_a_strong_tag_and_a_loss_report_and_honour_sections_and_versions()
    {
        using var workspace = await OpenAsync(app);
        var dataset = await DatasetAsync(workspace.Slug);
        await PostAsync(workspace, dataset, People);
        var path = $"/api/datasets/{dataset}/export/openai-finetune";

        using var answer = await workspace.Http.GetAsync(path);
        Assert.Equal("support-questions-v2-openai-finetune.jsonl", answer.Content.Headers.ContentDisposition!.FileName);
        Assert.False(answer.Headers.ETag!.IsWeak);
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag);
        using var unchanged = await workspace.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal("", await TextAsync(workspace, $"{path}?version=1"));

        var report = await workspace.GetAsync($"{path}/report");
        Assert.Equal((2, 2), (report.GetProperty("items").GetInt32(), report.GetProperty("version").GetInt32()));
        Assert.Contains(report.GetProperty("losses").EnumerateArray(), loss => loss.GetProperty("what").GetString() == "Participant data is left out." && loss.GetProperty("items").GetInt32() == 1);

        var foreign = await workspace.GetAsync($"{path}?section_ids=sec_01h455vb4pex5vsknk084sn02q", HttpStatusCode.BadRequest);
        Assert.Equal("Sections do not belong to this dataset", foreign.GetProperty("detail").GetString());
        await workspace.GetAsync($"{path}?version=9", HttpStatusCode.NotFound);
        await workspace.GetAsync($"/api/datasets/{dataset}/export/wordperfect", HttpStatusCode.NotFound);
        await workspace.GetAsync($"{path}?format=x", HttpStatusCode.BadRequest);
    }

    private Task<string> DatasetAsync(string slug) => app.InWorkspaceAsync(slug, async services =>
    {
        var made = await services.GetRequiredService<DatasetEditing>().CreateAsync(new NewDataset("Support questions"), CancellationToken.None);
        return made.Succeeded(out var view, out var failure) ? view.Id.Value : throw new InvalidOperationException(failure.Message);
    });

    private static MultipartFormDataContent Form(string csv, params IEnumerable<(string Name, string Value)> fields)
    {
        var content = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(csv)), "file", "people.csv" } };
        foreach (var (name, value) in fields)
            content.Add(new StringContent(value), name);
        return content;
    }

    private static async Task<JsonElement> PostAsync(
        ApiWorkspace workspace, string dataset, string csv, IEnumerable<(string Name, string Value)>? fields = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await workspace.Http.PostAsync($"/api/datasets/{dataset}/csv", Form(csv, fields ?? []));
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode}: {body}");
        return JsonElement.Parse(body);
    }

    private static async Task<string> TextAsync(ApiWorkspace workspace, string path)
    {
        using var answer = await workspace.Http.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}

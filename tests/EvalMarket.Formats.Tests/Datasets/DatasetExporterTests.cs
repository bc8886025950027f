using System.IO.Compression;
using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Datasets.Exports;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Tests.Datasets.Csv;

namespace EvalMarket.Formats.Tests.Datasets;

/// <summary>Each format as its tool's loader expects it (golden texts), what it loses, and what holds for all of them.</summary>
public sealed class DatasetExporterTests
{
    private const string Id = "itm_01j5zw2m8kf3r9t6y1x4c7v0bq";

    private static readonly DatasetItem Full = new()
    {
        Id = ItemId.FromTrusted(Id), Input = "Which {{one}}? 🥧", Output = "Pi",
        Context = JsonElement.Parse("""{"topic":"maths","retrieved_contexts":["p1","p2"]}"""),
        History = [new HistoryMessage(HistoryMessageType.System, "Be short."), new HistoryMessage(HistoryMessageType.Human, "Hi", "greets"), new HistoryMessage(HistoryMessageType.Ai, "Hello\nyou")],
        ParticipantData = JsonElement.Parse("""{"n":1}"""), SessionState = JsonElement.Parse("""{"s":[true]}"""), Metadata = JsonElement.Parse("""{"by":"x"}"""),
        Assets = [new AssetReference("assets/a.png", "image/png", new string('a', 64), 3)],
        Source = new ItemSource(SessionId.FromTrusted("ses_01j5zw2m8kf3r9t6y1x4c7v0bq"), [MessageId.FromTrusted("msg_01j5zw2m8kf3r9t6y1x4c7v0bq")]),
        Type = "mcq", Choices = JsonElement.Parse("""["Tau","Pi"]"""), Answer = JsonElement.Parse("\"B\""), Criteria = JsonElement.Parse("[1]"),
    };

    private static readonly DatasetItem Bare = new() { Input = "Only a question" };

    private const string RestOfFull =
        """
        "id":"itm_01j5zw2m8kf3r9t6y1x4c7v0bq","section":"default","context":{"topic":"maths","retrieved_contexts":["p1","p2"]},"participant_data":{"n":1},"session_state":{"s":[true]},"assets":[{"path":"assets/a.png","mime_type":"image/png","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","bytes":3}],"source":{"session_id":"ses_01j5zw2m8kf3r9t6y1x4c7v0bq","message_ids":["msg_01j5zw2m8kf3r9t6y1x4c7v0bq"]},"metadata":{"by":"x"},"type":"mcq","choices":["Tau","Pi"],"answer":"B","criteria":[1]
        """;

    private const string Chat = """{"role":"system","content":"Be short."},{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello\nyou"},{"role":"user","content":"Which {{one}}? 🥧"}""";

    public static TheoryData<string> Formats => [.. DatasetExporters.All.Select(exporter => exporter.Format)];

    [Fact]
    public void The_formats_are_those_of_the_contract_and_some_more() => Assert.Equal(
        ["csv", "jsonl", "deepeval-goldens", "openai-evals", "openai-finetune", "inspect", "promptfoo", "lm-eval", "lighteval", "ragas", "huggingface", "langfuse", "mlflow", "phoenix"],
        DatasetExporters.All.Select(exporter => exporter.Format));

    [Fact]
    public async Task Jsonl_is_our_own_line() =>
        Assert.Equal(Encoding.UTF8.GetString(DatasetItemWriter.ToLine(Full)) + Encoding.UTF8.GetString(DatasetItemWriter.ToLine(Bare)), await TextAsync("jsonl", Full, Bare));

    [Fact]
    public async Task Deepeval_goldens_are_an_array_with_default_names()
    {
        var history = """
            "history":[{"message_type":"system","content":"Be short."},{"message_type":"human","content":"Hi","summary":"greets"},{"message_type":"ai","content":"Hello\nyou"}],"context":
            """;

        Assert.Equal(
            "[\n" + """{"input":"Which {{one}}? 🥧","actual_output":null,"expected_output":"Pi","context":["Be short.","Hi","Hello\nyou"],"retrieval_context":["p1","p2"],"additional_metadata":{"""
            + RestOfFull.Replace("\"context\":", history, StringComparison.Ordinal) + "},\"name\":\"" + Id + "\"},\n"
            + """{"input":"Only a question","actual_output":null,"expected_output":null,"context":[],"retrieval_context":[],"additional_metadata":{"section":"default"}}""" + "\n]\n",
            await TextAsync("deepeval-goldens", Full, Bare));
    }

    [Fact]
    public async Task Fine_tuning_is_chats_that_end_with_the_assistant() =>
        Assert.Equal("{\"messages\":[" + Chat + """,{"role":"assistant","content":"Pi"}]}""" + "\n", await TextAsync("openai-finetune", Full, Bare));

    [Fact]
    public async Task Inspect_samples_have_messages_letters_and_choices() => Assert.Equal(
        "{\"id\":\"" + Id + "\",\"input\":[" + Chat + """],"target":"B","choices":["Tau","Pi"],"metadata":{""" + RestOfFull + "}}\n"
        + """{"input":"Only a question","target":"","metadata":{"section":"default"}}""" + "\n",
        await TextAsync("inspect", Full, Bare));

    [Fact]
    public async Task Ragas_samples_are_single_turns() => Assert.Equal(
        """{"user_input":"Which {{one}}? 🥧","retrieved_contexts":["p1","p2"],"reference":"Pi"}""" + "\n" + """{"user_input":"Only a question","retrieved_contexts":[],"reference":""}""" + "\n",
        await TextAsync("ragas", Full, Bare));

    [Fact]
    public async Task Promptfoo_tests_have_variables_and_an_assertion()
    {
        var lines = (await TextAsync("promptfoo", Full, Bare)).Split('\n');

        Assert.StartsWith(
            """{"description":"Which {{one}}? 🥧","vars":{"input":"Which {{ '{' }}{one}}? 🥧","history":"[{\"message_type\":\"system\",""", lines[0], StringComparison.Ordinal);
        Assert.Contains(""","context":{"topic":"maths","retrieved_contexts":["p1","p2"]},"participant_data":{"n":1},"session_state":{"s":[true]}},"assert":[{"type":"equals","value":"Pi","metric":"expected_output"}],"metadata":{"id":""", lines[0], StringComparison.Ordinal);
        Assert.Equal("""{"description":"Only a question","vars":{"input":"Only a question"},"metadata":{"section":"default"}}""", lines[1]);
    }

    [Fact]
    public async Task Langfuse_and_mlflow_rows_have_their_names()
    {
        Assert.StartsWith("{\"id\":\"" + Id + "\",\"input\":[" + Chat + """],"expectedOutput":"Pi","metadata":{""", await TextAsync("langfuse", Full), StringComparison.Ordinal);
        Assert.Equal(
            "{\"inputs\":{\"messages\":[" + Chat + """],"context":{"topic":"maths","retrieved_contexts":["p1","p2"]},"participant_data":{"n":1},"session_state":{"s":[true]}},"expectations":{"expected_response":"Pi"},"tags":{"id":""" + "\"" + Id + "\",\"section\":\"default\"}}\n",
            await TextAsync("mlflow", Full));
    }

    [Fact]
    public async Task Phoenix_has_three_lists_of_one_length()
    {
        var text = await TextAsync("phoenix", Full, Bare);

        Assert.EndsWith(
            "\"inputs\":[\n{\"messages\":[" + Chat + """]},""" + "\n" + """{"input":"Only a question"}""" + "\n],\n\"outputs\":[\n" + """{"output":"Pi"},""" + "\n{}\n],\n\"metadata\":[\n{" + RestOfFull + "},\n" + """{"section":"default"}""" + "\n]}\n",
            text, StringComparison.Ordinal);
        var body = JsonElement.Parse(text);
        Assert.Equal(("create", 2, 2, 2), (body.GetProperty("action").GetString(), body.GetProperty("inputs").GetArrayLength(), body.GetProperty("outputs").GetArrayLength(), body.GetProperty("metadata").GetArrayLength()));
    }

    [Fact]
    public async Task Openai_evals_is_a_registry_folder()
    {
        var files = await FilesAsync("openai-evals", Full, Bare);

        Assert.Equal(["data/support_questions/samples.jsonl", "evals/support_questions.yaml"], files.Keys);
        Assert.Equal("{\"input\":[" + Chat + """],"ideal":"Pi","metadata":{""" + RestOfFull + "}}\n", files["data/support_questions/samples.jsonl"]);
        Assert.Equal(
            """
            support_questions:
              id: support_questions.test.v3
              description: "Support questions"
              metrics: [accuracy]

            support_questions.test.v3:
              class: evals.elsuite.basic.match:Match
              args:
                samples_jsonl: support_questions/samples.jsonl

            """.ReplaceLineEndings("\n"),
            files["evals/support_questions.yaml"]);
    }

    [Fact]
    public async Task Lm_eval_and_lighteval_are_a_task_with_lines_of_the_same_columns()
    {
        var mixed = await FilesAsync("lm-eval", Full, Bare);
        Assert.Equal(["support_questions.yaml", "support_questions.jsonl"], mixed.Keys);
        Assert.Contains("output_type: generate_until\ndoc_to_text: prompt\ndoc_to_target: target\n", mixed["support_questions.yaml"], StringComparison.Ordinal);
        var lines = mixed["support_questions.jsonl"].TrimEnd().Split('\n').Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal("system: Be short.\nuser: Hi\nassistant: Hello\nyou\nuser: Which {{one}}? 🥧\nassistant:", lines[0].GetProperty("prompt").GetString());
        Assert.All(lines, line => Assert.Equal(["id", "section", "prompt", "target", "choices", "gold", "metadata"], line.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(("Only a question", 0, """[""]"""), (lines[1].GetProperty("prompt").GetString(), lines[1].GetProperty("gold").GetInt32(), lines[1].GetProperty("choices").GetRawText()));

        var choices = await FilesAsync("lm-eval", Full);
        Assert.Contains("output_type: multiple_choice\ndoc_to_text: prompt\ndoc_to_target: gold\ndoc_to_choice: choices\n", choices["support_questions.yaml"], StringComparison.Ordinal);
        var light = await FilesAsync("lighteval", Full);
        Assert.Equal(choices["support_questions.jsonl"], light["support_questions.jsonl"]);
        Assert.StartsWith("\"\"\"LightEval task support_questions, version 3.\"\"\"\n\nfrom pathlib import Path\n", light["support_questions.py"], StringComparison.Ordinal);
        Assert.Contains("    metrics=[Metrics.loglikelihood_acc],\n", light["support_questions.py"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hugging_face_folder_has_a_card_and_croissant_with_the_hash_of_its_data()
    {
        var files = await FilesAsync("huggingface", Full, Bare);

        Assert.Equal(["README.md", "data/test.jsonl", "croissant.json"], files.Keys);
        Assert.StartsWith("---\npretty_name: \"Support questions\"\nlicense: other\ntask_categories:\n- question-answering\nsize_categories:\n- n<1K\nconfigs:\n- config_name: default\n  data_files:\n  - split: test\n    path: data/test.jsonl\n---\n", files["README.md"], StringComparison.Ordinal);
        var lines = files["data/test.jsonl"].TrimEnd().Split('\n').Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(lines[0].EnumerateObject().Select(property => property.Name), lines[1].EnumerateObject().Select(property => property.Name));
        Assert.Equal("""[{"message_type":"system","content":"Be short.","summary":null},{"message_type":"human","content":"Hi","summary":"greets"},{"message_type":"ai","content":"Hello\nyou","summary":null}]""", lines[0].GetProperty("history").GetRawText());
        var croissant = JsonElement.Parse(files["croissant.json"]);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(files["data/test.jsonl"]))), croissant.GetProperty("distribution")[0].GetProperty("sha256").GetString());
        Assert.Equal(("sc:Dataset", "http://mlcommons.org/croissant/1.0"), (croissant.GetProperty("@type").GetString(), croissant.GetProperty("conformsTo").GetString()));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_format_gives_the_same_bytes_each_time_and_a_valid_file_of_nothing(string format)
    {
        var exporter = DatasetExporters.Find(format)!;
        ExportItem[] items = [new(Full, "a"), new(Bare, "b")];

        Assert.Equal(await Csvs.ExportBytesAsync(exporter, items), await Csvs.ExportBytesAsync(exporter, items));
        var empty = await Csvs.ExportBytesAsync(exporter, [], name: "", description: "# D\n");
        switch (exporter.FileExtension)
        {
            case "zip":
                Assert.True(Files(empty).Count > 1);
                break;
            case "json" when format == "phoenix":
                Assert.Equal("{\"action\":\"create\",\"name\":\"\",\n\"description\":\"# D\\n\",\n\"inputs\":[],\n\"outputs\":[],\n\"metadata\":[]}\n", Encoding.UTF8.GetString(empty));
                break;
            case "json":
                Assert.Equal("[]", Encoding.UTF8.GetString(empty));
                break;
            case "csv":
                Assert.Equal("id,section,Human Message,AI Response,History\n", Encoding.UTF8.GetString(empty));
                break;
            default:
                Assert.Empty(empty);
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_line_of_every_format_is_json_whatever_the_items_say(string format)
    {
        var naughty = Full with { Input = "a\u2028b\r\n\"\\\u0001 {% raw %}", Output = "]}\n", Context = JsonElement.Parse("""{"a":{"b":[{"c":"\n\"🥧"}]},"":1e999}""") };
        var bytes = await Csvs.ExportBytesAsync(DatasetExporters.Find(format)!, [new(naughty, "s\"\n"), new(Bare, "")]);
        var texts = DatasetExporters.Find(format)!.FileExtension switch
        {
            "zip" => Files(bytes).Where(file => file.Key.EndsWith(".jsonl", StringComparison.Ordinal)).SelectMany(file => file.Value.TrimEnd('\n').Split('\n')),
            "jsonl" => Encoding.UTF8.GetString(bytes).TrimEnd('\n').Split('\n'),
            "json" => [Encoding.UTF8.GetString(bytes)],
            _ => [],
        };

        Assert.All(texts, text => JsonElement.Parse(text));
    }

    [Theory]
    [InlineData("jsonl", "Files (assets) are not in the export.: 1", "The section is left out.: 2")]
    [InlineData("openai-evals", "Files (assets) are not in the export.: 1", "Items without an output are left out.: 1", "Summaries of history messages are left out.: 1")]
    [InlineData("csv", "Files (assets) are not in the export.: 1", "Metadata is left out.: 1", "The link to the conversation is left out.: 1", "Type, choices, answer and criteria are left out.: 1")]
    [InlineData("huggingface", "Files (assets) are not in the export.: 1")]
    public async Task A_loss_report_counts_the_items_that_lose_something(string format, params string[] losses)
    {
        var report = await LossReport.OfAsync(DatasetExporters.Find(format)!, new Csvs.Items([new(Full, "a"), new(Bare, "b")]), default);

        Assert.Equal((format, 2L), (report.Format, report.Items));
        Assert.Equal(losses.Order(StringComparer.Ordinal), report.Losses.Select(loss => $"{loss.What}: {loss.Items}").Order(StringComparer.Ordinal));
    }

    private static Task<string> TextAsync(string format, params DatasetItem[] items) =>
        Csvs.ExportAsync(DatasetExporters.Find(format)!, [.. items.Select(item => new ExportItem(item, "default"))]);

    private static async Task<OrderedDictionary<string, string>> FilesAsync(string format, params DatasetItem[] items) =>
        Files(await Csvs.ExportBytesAsync(DatasetExporters.Find(format)!, [.. items.Select(item => new ExportItem(item, "default"))]));

    private static OrderedDictionary<string, string> Files(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        var files = new OrderedDictionary<string, string>();
        foreach (var entry in archive.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            files[entry.FullName] = reader.ReadToEnd();
        }

        return files;
    }
}

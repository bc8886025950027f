using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Tests.Transcripts;
using EvalMarket.Formats.Uploads;
using Sent = EvalMarket.Formats.Tests.Transcripts.Uploads;

namespace EvalMarket.Formats.Tests.Bundles;

public sealed class BundleCheckTests
{
    private const string Task = """{"task_id":"t1","task_prompt":"Capital of France?","reference_file":""}""";
    private const string Answer = """{"task_id":"t1","answer":"Paris","reference_file":"","criteria":[{"id":"c1","name":"City","type":"lexical","description":"Paris","weight":100}],"passThreshold":100}""";

    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13];

    [Fact]
    public async Task A_good_bundle_is_summed_up()
    {
        var report = await CheckAsync(
            $$"""[{{Task}},{"task_id":"t2","task_prompt":"And this?","reference_file":"map.png","difficulty":"hard"}]""",
            $$"""[{{Answer}},{"task_id":"t2","answer":{"any":["json"]},"tools":["search"],"criteria":[{"id":"c1","name":"N","type":"semantic","description":"","weight":40.005,"semanticPrompt":"Is it?","examples":[],"x":1},{"id":"c2","name":"M","type":"regex","description":"^a+$","weight":60}],"passThreshold":0.5,"unknown":{"kept":true} }]""",
            ("map.png", Png), ("__MACOSX/._map.png", [0]), (".DS_Store", [0]), ("notes.txt", "spare"u8.ToArray()));
        Assert.Empty(report.Errors);
        Assert.Equal((2, 2), (report.Summary!.Tasks, report.Summary.ScoredTasks));
        Assert.Equal([1, 1, 1], [report.Summary.Criteria[CriterionType.Lexical], report.Summary.Criteria[CriterionType.Semantic], report.Summary.Criteria[CriterionType.Regex]]);
        Assert.Equal([("map.png", FileKind.Png, true), ("notes.txt", FileKind.Text, false)], report.Summary.References.Select(file => (file.Name, file.Kind, file.IsUsed)));
        Assert.Equal(["reference.zip /notes.txt", "reference.zip "], report.Warnings.Select(warning => $"{warning.File} {warning.Path}"));
    }

    [Theory]
    [InlineData("""{"task_id":"t1","task_prompt":"x"}""", "/0", "reference_file")]
    [InlineData("""{"task_prompt":"x","reference_file":""}""", "/0", "task_id")]
    [InlineData("""{"task_id":5,"task_prompt":"x","reference_file":""}""", "/0/task_id", "text")]
    [InlineData("""{"task_id":"t1","task_prompt":" ","reference_file":""}""", "/0/task_prompt", "empty")]
    [InlineData("""{"task_id":"t1","task_prompt":"x","reference_file":null}""", "/0/reference_file", "null")]
    [InlineData("""{"task_id":"t1","task_id":"t1","task_prompt":"x","reference_file":""}""", "/0", "Duplicate")]
    [InlineData("""{"task_id":"t1","task_prompt":"x","reference_file":"a.png"}""", "/0/reference_file", "no reference archive")]
    [InlineData("5", "/0", "object")]
    public async Task A_wrong_task_is_told_with_its_place(string task, string path, string message)
    {
        var report = await CheckAsync($"[{task}]", "[]");
        Assert.Null(report.Summary);
        var error = Assert.Single(report.Errors);
        Assert.Equal(("tasks.json", path), (error.File, error.Path));
        Assert.Contains(message, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("\"answer\":\"Paris\",", "", "/0", "\"answer\" is missing")]
    [InlineData("\"criteria\":[", "\"criteria_\":[", "/0", "\"criteria\" is missing")]
    [InlineData("\"passThreshold\":100", "\"passThreshold\":101", "/0/passThreshold", "0 to 100")]
    [InlineData("\"passThreshold\":100", "\"passThreshold\":\"100\"", "/0/passThreshold", "number")]
    [InlineData("\"passThreshold\":100", "\"x\":100", "/0", "\"passThreshold\" is missing")]
    [InlineData("\"weight\":100", "\"weight\":99.98", "/0/criteria", "sum to 99.98")]
    [InlineData("\"weight\":100", "\"weight\":-1", "/0/criteria/0/weight", "0 to 100")]
    [InlineData("\"type\":\"lexical\"", "\"type\":\"magic\"", "/0/criteria/0/type", "semantic, lexical, binary, ordinal, numeric, regex")]
    [InlineData("\"type\":\"lexical\"", "\"type\":\"semantic\"", "/0/criteria/0", "semanticPrompt")]
    [InlineData("\"type\":\"lexical\"", "\"type\":\"semantic\",\"semanticPrompt\":\"\"", "/0/criteria/0/semanticPrompt", "semanticPrompt")]
    [InlineData("\"type\":\"lexical\"", "\"type\":\"numeric\"", "/0/criteria/0", "needs a number")]
    [InlineData("\"type\":\"lexical\"", "\"type\":\"binary\"", "/0/criteria/0", "yes or no")]
    [InlineData("\"type\":\"lexical\"", "\"type\":\"ordinal\"", "/0/criteria/0", "config.levels")]
    [InlineData("\"type\":\"lexical\"", "\"type\":\"ordinal\",\"config\":{\"levels\":[\"a\",\"A\"]}", "/0/criteria/0/config/levels", "differ")]
    [InlineData("\"type\":\"lexical\"", "\"type\":\"regex\",\"config\":{\"value\":\"(zq\"}", "/0/criteria/0/config/value", "does not compile")]
    [InlineData("\"description\":\"Paris\"", "\"x\":1", "/0/criteria/0", "\"description\" is missing")]
    [InlineData("\"name\":\"City\"", "\"name\":7", "/0/criteria/0/name", "text")]
    [InlineData("\"weight\":100", "\"weight\":100,\"config\":{\"mode\":\"fuzzy\"}", "/0/criteria/0/config/mode", "equals, contains, any, all")]
    [InlineData("\"weight\":100", "\"weight\":100,\"config\":{\"abs_tol\":-1}", "/0/criteria/0/config/abs_tol", "0 or more")]
    [InlineData("\"task_id\":\"t1\"", "\"task_id\":\"t9\"", "/0/task_id", "No task")]
    [InlineData("\"reference_file\":\"\"", "\"reference_file\":\"a.pdf\"", "/0/reference_file", "no reference archive")]
    [InlineData("\"reference_file\":\"\"", "\"reference_file\":[]", "/0/reference_file", "text")]
    public async Task A_wrong_answer_is_told_with_its_place_and_without_quoting_the_key(string good, string bad, string path, string message)
    {
        Assert.Contains(good, Answer, StringComparison.Ordinal);
        var report = await CheckAsync($"[{Task}]", $"[{Answer.Replace(good, bad, StringComparison.Ordinal)}]");
        var error = Assert.Single(report.Errors);
        Assert.Equal(("answers.json", path), (error.File, error.Path));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Paris", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("(zq", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_errors_of_all_files_come_at_once_with_line_and_column()
    {
        var report = await CheckAsync(
            "[\n  {\"task_id\":\"t1\",\n   \"task_prompt\":\"x\",\n   \"reference_file\": \"gone.png\"},\n  {\"task_id\":\"t1\",\"task_prompt\":7,\"reference_file\":\"\"}\n]",
            "[{\"task_id\":\"t1\",\n\"answer\":1,\n\"criteria\":[{\"id\":\"c\",\"name\":\"n\",\"type\":\"nope\",\"description\":\"\",\"weight\":50}],\"passThreshold\":1},\n{\"task_id\":\"t2\"}]",
            ("folder/a.png", Png), ("clip.mp4", "\0\0\0\u0018ftypmp42"u8.ToArray()), ("fake.png", "not an image"u8.ToArray()), ("tool.exe", "MZ"u8.ToArray()));
        Assert.Equal(
            [
                "answers.json /0/criteria 3:12",
                "answers.json /0/criteria/0/type 3:41",
                "answers.json /1 4:1",
                "answers.json /1 4:1",
                "answers.json /1 4:1",
                "answers.json /1/task_id 4:12",
                "reference.zip /clip.mp4 :",
                "reference.zip /fake.png :",
                "reference.zip /folder~1a.png :",
                "reference.zip /tool.exe :",
                "tasks.json /0/reference_file 4:22",
                "tasks.json /1/task_id 5:14",
                "tasks.json /1/task_prompt 5:33",
            ],
            report.Errors.Select(error => $"{error.File} {error.Path} {error.Line}:{error.Column}").Order(StringComparer.Ordinal));
        Assert.Contains(report.Errors, error => error.Path == "/clip.mp4" && error.Message.Contains("Video and audio", StringComparison.Ordinal));
        Assert.Contains(report.Errors, error => error.Path == "/fake.png" && error.Message.Contains("by its content text", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("nonsense")]
    [InlineData("[{\"task_id\":\"t1\"")]
    [InlineData("[" + Task + ",]")]
    [InlineData("[" + Task + "]]")]
    [InlineData("[" + Task + "] {}")]
    [InlineData("[" + Task + " " + Task + "]")]
    [InlineData("{\"prompts\":[" + Task + "],\"prompts\":[]}")]
    [InlineData("{\"prompts\":[" + Task + "]")]
    [InlineData("{\"a\":1}\n{\"b\":2}")]
    [InlineData("\ufeff")]
    public async Task What_is_no_array_of_tasks_is_refused(string tasks)
    {
        var report = await CheckAsync(tasks, "[]");
        Assert.NotEmpty(report.Errors);
        Assert.All(report.Errors, error => Assert.Equal("tasks.json", error.File));
    }

    [Theory]
    [InlineData("\ufeff[" + Task + "]")]
    [InlineData("  [\r\n" + Task + "\r\n]\r\n")]
    [InlineData("{\"version\":1,\"prompts\":[" + Task + "]}")]
    public async Task A_byte_order_mark_and_spaces_do_no_harm_and_tasks_may_stand_in_prompts(string tasks)
    {
        var report = await CheckAsync(tasks, $"[{Answer}]");
        Assert.Empty(report.Errors);
        Assert.Equal(1, report.Summary!.ScoredTasks);
    }

    [Fact]
    public async Task A_task_without_an_answer_is_a_warning_and_an_answer_without_a_task_an_error()
    {
        var report = await CheckAsync($$"""[{{Task}},{"task_id":"t2","task_prompt":"x","reference_file":""}]""", $"[{Answer}]");
        Assert.Empty(report.Errors);
        Assert.Equal("/1", Assert.Single(report.Warnings).Path);
        Assert.Equal((2, 1), (report.Summary!.Tasks, report.Summary.ScoredTasks));
        Assert.Equal("/1/task_id", Assert.Single((await CheckAsync($"[{Task}]", $"[{Answer},{Answer}]")).Errors).Path);
    }

    [Fact]
    public async Task Errors_are_bounded_and_counted()
    {
        var report = await CheckAsync($"[{string.Join(',', Enumerable.Repeat("{}", 2000))}]", "[]");
        Assert.Equal((1000, 6000), (report.Errors.Count, report.ErrorCount));
    }

    [Fact]
    public async Task The_bundle_of_Asymmetry_Zero_is_whole_with_its_pictures_and_is_refused_without()
    {
        var tasks = TranscriptTexts.Shared("eval-bundle/asymmetry_zero-simple_bundle/tasks.json");
        var answers = TranscriptTexts.Shared("eval-bundle/asymmetry_zero-simple_bundle/answers.json");
        byte[] webp = [.. "RIFF"u8, 4, 0, 0, 0, .. "WEBP"u8];
        var whole = await BundleCheck.CheckAsync(
            Sent.File("tasks.json", tasks), Sent.File("answers.json", answers), Sent.File("refs.zip", Sent.Zip([("math-001.webp", webp), ("fiction-001.webp", webp)])), new BundleBounds(), Now);
        Assert.Empty(whole.Errors);
        Assert.Empty(whole.Warnings);
        Assert.Equal((4, 7), (whole.Summary!.Tasks, whole.Summary.Criteria[CriterionType.Semantic]));
        var without = await BundleCheck.CheckAsync(Sent.File("tasks.json", tasks), Sent.File("answers.json", answers), null, new BundleBounds(), Now);
        Assert.Equal(["/prompts/1/reference_file", "/prompts/3/reference_file"], without.Errors.Select(error => error.Path));
    }

    [Fact]
    public async Task Other_evals_files_are_refused_with_a_reason()
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(TranscriptTexts.SharedFolder, "eval-bundle")).Concat(Directory.EnumerateFiles(Path.Combine(TranscriptTexts.SharedFolder, "json-testsuite"))))
        {
            var file = new UploadedFile("tasks.json", new FileInfo(path).Length, _ => ValueTask.FromResult<Stream>(File.OpenRead(path)));
            var report = await BundleCheck.CheckAsync(file, file, file, new BundleBounds(), Now);
            Assert.NotEmpty(report.Errors);
            Assert.All(report.Errors, error => Assert.False(string.IsNullOrEmpty(error.Message) || error.File is null || error.Path is null));
        }
    }

    [Fact]
    public async Task Archives_of_all_kinds_are_read_or_refused()
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(TranscriptTexts.SharedFolder, "zip")))
        {
            var file = new UploadedFile("reference.zip", new FileInfo(path).Length, _ => ValueTask.FromResult<Stream>(File.OpenRead(path)));
            var report = await BundleCheck.CheckAsync(Sent.File("t", $"[{Task}]"), Sent.File("a", $"[{Answer}]"), file, new BundleBounds(), Now);
            Assert.True(report.Errors.Count > 0 || report.Summary is not null, path);
            Assert.All(report.Errors, error => Assert.Equal("reference.zip", error.File));
        }
    }

    [Fact]
    public async Task A_bundle_of_grade_school_maths_is_good_and_its_own_solutions_score_all()
    {
        var lines = System.Text.Encoding.UTF8.GetString(TranscriptTexts.Shared("messages-jsonl/gsm8k-train.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var questions = lines.Take(200).Select((line, index) => (Id: $"gsm-{index}", Line: System.Text.Json.JsonElement.Parse(line))).ToList();
        var tasks = System.Text.Json.JsonSerializer.Serialize(questions.Select(question => new { task_id = question.Id, task_prompt = question.Line.GetProperty("question").GetString(), reference_file = "" }));
        var answers = System.Text.Json.JsonSerializer.Serialize(questions.Select(question => new
        {
            task_id = question.Id,
            answer = question.Line.GetProperty("answer").GetString(),
            reference_file = "",
            criteria = new[] { new { id = "n", name = "Number", type = "numeric", description = "The final number", weight = 100 } },
            passThreshold = 100,
        }));
        Assert.Empty((await CheckAsync(tasks, answers)).Errors);
        using var stream = new MemoryStream(TranscriptTexts.Utf8(answers));
        var results = await BundleAnswers.ReadAsync(stream, Now).Select((answer, index) =>
        {
            var solution = questions[index].Line.GetProperty("answer").GetString()!;
            return EvalMarket.Formats.Bundles.Grading.TaskGrading.Grade(answer, solution[..solution.IndexOf("####", StringComparison.Ordinal)] + "Answer: " + solution[(solution.IndexOf("####", StringComparison.Ordinal) + 4)..]);
        }).ToListAsync(Now);
        Assert.Equal(200, results.Count);
        Assert.All(results, result => Assert.True(result.Passed, result.TaskId));
    }

    [Theory]
    [InlineData("""[{"task_id":"a","model_response":"x"}]""", "", 1, 1)]
    [InlineData("""[{"task_id":"a","model_response":""},{"task_id":"b","model_response":"y","note":1}]""", "", 2, 0)]
    [InlineData("""[{"task_id":"a","model_response":"x"},{"task_id":"a","model_response":"x"},{"task_id":"z","model_response":"x"},{"task_id":"b"},{"model_response":1}]""", "/1/task_id /2/task_id /3 /4 /4/model_response", 2, 0)]
    [InlineData("[]", "/", 0, 2)]
    [InlineData("{}", "/", 0, 2)]
    [InlineData("""[{"task_id":"a","model_response":"x"},]""", "/", 1, 1)]
    public async Task A_submission_is_read_whole(string json, string paths, int answered, int missing)
    {
        var report = await Submissions.CheckAsync(_ => ValueTask.FromResult<Stream>(new MemoryStream(TranscriptTexts.Utf8(json))), new HashSet<string> { "a", "b" }, new BundleBounds(), Now);
        Assert.Equal(paths, string.Join(' ', report.Errors.Select(error => error.Path == "" ? "/" : error.Path)));
        Assert.Equal((answered, missing), (report.Answered, report.Missing));
    }

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private static Task<BundleReport> CheckAsync(string tasks, string answers, params (string Name, byte[] Content)[] reference) => BundleCheck.CheckAsync(
        Sent.File("tasks.json", tasks),
        Sent.File("answers.json", answers),
        reference.Length == 0 ? null : Sent.File("reference.zip", Sent.Zip(reference)),
        new BundleBounds(),
        Now);
}

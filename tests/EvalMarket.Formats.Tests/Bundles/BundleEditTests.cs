using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using Sent = EvalMarket.Formats.Tests.Transcripts.Uploads;

namespace EvalMarket.Formats.Tests.Bundles;

public sealed class BundleEditTests
{
    [Theory]
    [InlineData("[ {\"task_id\":\"a\",\"x\":1.50} ,\n\n {\"task_id\":\"b\"}]", "b", "{\"task_id\":\"b\",\"new\":true}", "[ {\"task_id\":\"a\",\"x\":1.50} ,\n\n {\"task_id\":\"b\",\"new\":true}]")]
    [InlineData("[{\"task_id\":\"a\"},{\"task_id\":\"b\"}]", "a", null, "[{\"task_id\":\"b\"}]")]
    [InlineData("[{\"task_id\":\"a\"} , {\"task_id\":\"b\"}, {\"task_id\":\"c\"}\n]\n", "b", null, "[{\"task_id\":\"a\"}, {\"task_id\":\"c\"}\n]\n")]
    [InlineData("[{\"task_id\":\"a\"}, {\"task_id\":\"b\"}\n]", "b", null, "[{\"task_id\":\"a\"}\n]")]
    [InlineData("[\n  {\"task_id\":\"a\"}\n]", "a", null, "[\n  \n]")]
    [InlineData("[\n  {\"task_id\":\"a\"},\n  {\"task_id\":\"b\"}\n]\n", "c", "{\"task_id\":\"c\"}", "[\n  {\"task_id\":\"a\"},\n  {\"task_id\":\"b\"},\n  {\"task_id\":\"c\"}\n]\n")]
    [InlineData("[]", "a", "{\"task_id\":\"a\"}", "[\n{\"task_id\":\"a\"}\n]\n")]
    [InlineData("{\"version\":1,\"prompts\":[{\"task_id\":\"a\"}]}", "b", "{\"task_id\":\"b\"}", "{\"version\":1,\"prompts\":[{\"task_id\":\"a\"},\n{\"task_id\":\"b\"}]}")]
    [InlineData("{ \"version\" : 1.0, \"own\": {\"b\":[1,{\"prompts\":[]}]},\r\n\"prompts\" : [ {\"task_id\":\"a\"} ] , \"after\":[\"]}\"]  }\r\n", "a", "{\"task_id\":\"a\",\"n\":1}", "{ \"version\" : 1.0, \"own\": {\"b\":[1,{\"prompts\":[]}]},\r\n\"prompts\" : [ {\"task_id\":\"a\",\"n\":1} ] , \"after\":[\"]}\"]  }\r\n")]
    public async Task An_edit_changes_one_entry_and_leaves_the_bytes_of_the_others(string before, string task, string? entry, string after)
    {
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(before));
        using var target = new MemoryStream();
        await BundleEdits.WriteAsync(source, target, isTasks: true, task, entry, Now);
        Assert.Equal(after, Encoding.UTF8.GetString(target.ToArray()));
    }

    [Fact]
    public async Task A_window_shows_lines_of_any_length_around_a_place()
    {
        var text = string.Join("\r\n", Enumerable.Range(1, 500).Select(line => line == 300 ? new string('a', 100_000) + "HERE" + new string('b', 100_000) : $"line {line}"));
        var window = await WindowAsync(text, first: 290, count: 20, line: 300, column: 100_001);
        Assert.Equal((290, 20, true), (window.First, window.Lines.Count, window.HasMore));
        Assert.Equal("line 290", window.Lines[0].Text);
        Assert.Contains("aHEREb", window.Lines[10].Text, StringComparison.Ordinal);
        Assert.Equal((true, true), (window.Lines[10].HasBefore, window.Lines[10].HasAfter));
        Assert.InRange(window.Lines[10].Text.Length, 1_000, 2_000);
        Assert.StartsWith("HERE", window.Lines[10].Text[window.Lines[10].Mark!.Value], StringComparison.Ordinal);
        Assert.Null(window.Lines[9].Mark);
        var end = await WindowAsync(text, 499, 20, 0, 1);
        Assert.Equal(["line 499", "line 500"], end.Lines.Select(line => line.Text));
        Assert.False(end.HasMore);
        Assert.Empty((await WindowAsync("", 1, 20, 0, 1)).Lines);
    }

    [Fact]
    public async Task Items_of_a_dataset_become_a_bundle_that_is_good_and_that_their_own_outputs_pass()
    {
        DatasetItem[] items =
        [
            Item("What is 6 times 7?", "42"),
            Item("Is 7 prime?", "Yes."),
            Item("Capital of France?", "Paris") with { History = [new HistoryMessage(HistoryMessageType.System, "Be short."), new HistoryMessage(HistoryMessageType.Human, "Hi")] },
            Item("Tell me of Paris", "Paris lies on the Seine.\nIt is the capital of France."),
            Item("Which?", "A") with { Choices = JsonElement.Parse("""["A","B"]"""), Criteria = JsonElement.Parse("""[{"id":"own","name":"Own","type":"regex","description":"^A$","weight":100}]""") },
            Item("No answer", ""),
        ];
        var made = items.Select(item => ItemTasks.Of(item, CriteriaTemplate.Usual, "")).ToList();
        Assert.Null(made[^1]);
        var tasks = $"[{string.Join(',', made.Where(entry => entry is not null).Select(entry => Encoding.UTF8.GetString(entry!.Value.Task)))}]";
        var answers = $"[{string.Join(',', made.Where(entry => entry is not null).Select(entry => Encoding.UTF8.GetString(entry!.Value.Answer)))}]";
        var report = await BundleCheck.CheckAsync(Sent.File("tasks.json", tasks), Sent.File("answers.json", answers), null, new BundleBounds(), Now);
        Assert.Empty(report.Errors);
        Assert.Equal("binary 1, lexical 1, numeric 1, regex 1, semantic 1", string.Join(", ", report.Summary!.Criteria.Select(pair => $"{pair.Key.ToWire()} {pair.Value}").Order(StringComparer.Ordinal)));

        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(answers));
        var results = await BundleAnswers.ReadAsync(stream, Now).Select((answer, index) => EvalMarket.Formats.Bundles.Grading.TaskGrading.Grade(answer, items[index].Output)).ToListAsync(Now);
        Assert.Equal([true, true, true, null, true], results.Select(result => result.Passed));
        using var prompts = new MemoryStream(Encoding.UTF8.GetBytes(tasks));
        Assert.Equal("System: Be short.\n\nUser: Hi\n\nUser: Capital of France?", (await BundleTasks.ReadAsync(prompts, Now).ToListAsync(Now))[2].TaskPrompt);
    }

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private static DatasetItem Item(string input, string output) => new() { Id = TypeId.New<ItemId>(DateTimeOffset.UnixEpoch), Input = input, Output = output };

    private static async Task<TextWindow> WindowAsync(string text, long first, int count, long line, long column)
    {
        using var source = new MadeUpStream([Encoding.UTF8.GetBytes(text)]) { Piece = 1000 };
        return await TextWindow.ReadAsync(source, first, count, line, column, Now);
    }
}

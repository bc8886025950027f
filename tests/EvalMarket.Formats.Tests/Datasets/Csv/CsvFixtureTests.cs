using EvalMarket.Formats.Datasets.Csv;
using EvalMarket.Formats.Tests.Transcripts;

namespace EvalMarket.Formats.Tests.Datasets.Csv;

/// <summary>Real files: each is imported, or refused for the reason that is right.</summary>
public sealed class CsvFixtureTests
{
    [Theory]
    [InlineData("csv-spectrum/csvs/empty.csv", "a=input", 2, 0, null)]
    [InlineData("csv-spectrum/csvs/empty_crlf.csv", "a=input", 2, 0, null)]
    [InlineData("csv-spectrum/csvs/json.csv", "key=input", 1, 0, null)]
    [InlineData("csv-spectrum/csvs/newlines.csv", "a=input", 3, 0, null)]
    [InlineData("csv-spectrum/csvs/quotes_and_newlines.csv", "a=input", 2, 0, null)]
    [InlineData("csv-spectrum/csvs/simple.csv", "a=input", 1, 0, null)]
    [InlineData("csv-spectrum/csvs/simple_crlf.csv", "a=input", 1, 0, null)]
    [InlineData("eval/agenta-rag-testset.csv", null, 310, 0, null)]
    [InlineData("eval/deepeval-goldens.csv", "context=context.context", 15, 0, null)]
    [InlineData("eval/evidently-code_review.csv", "Generated review=input", 50, 0, null)]
    [InlineData("eval/inspect-samples-md.csv", null, 1, 0, null)]
    [InlineData("eval/inspect-samples.csv", null, 1, 0, null)]
    [InlineData("eval/promptfoo-gpt-3.5-vs-4-output.csv", null, 0, 0, "No column holds the human message")]
    [InlineData("eval/promptfoo-self-grading-tests.csv", null, 10, 0, null)]
    [InlineData("eval/promptfoo-simple-csv-tests.csv", "body=input", 4, 0, null)]
    [InlineData("eval/promptfoo-simple-test-tests.csv", "body=input", 3, 0, null)]
    [InlineData("eval/ragas-hf_doc_qa_eval.csv", null, 65, 1, null)]
    [InlineData("eval/ragas-support_triage.csv", "text=input", 20, 0, null)]
    [InlineData("eval/scout-eval-awareness.csv", null, 0, 8, null)]
    [InlineData("eval/scout-labels-validation.csv", null, 0, 5, null)]
    [InlineData("eval/TruthfulQA.csv", null, 790, 0, null)]
    [InlineData("eval/billsum-1-huge-multiline-cells.csv", "text=input;summary=output", 200, 0, null)]
    [InlineData("edge/papaparse-verylong-sample.csv", "placeholder=input", 1996, 4, null)]
    [InlineData("edge/commons-csv-csv-141.csv", null, 0, 0, "No column holds the human message")]
    [InlineData("edge/commons-csv-emoji.csv", "val1=input", 4, 0, null)]
    [InlineData("edge/commons-csv-psql.csv", null, 0, 0, "No column holds the human message")]
    [InlineData("edge/commons-csv-sample1.csv", null, 0, 0, "No column holds the human message")]
    [InlineData("edge/commons-csv-testCSV85.csv", null, 0, 0, "No column holds the human message")]
    [InlineData("edge/csvkit-bad.csv", "column_b=input", 1, 2, null)]
    [InlineData("edge/csvkit-blanks.csv", "b=input", 1, 0, null)]
    [InlineData("edge/csvkit-dummy.tsv", "a=input", 1, 0, null)]
    [InlineData("edge/csvkit-dummy_col_shuffled_ragged.csv", "a=input", 1, 0, null)]
    [InlineData("edge/csvkit-empty.csv", null, 0, 0, "The file is empty")]
    [InlineData("edge/csvkit-mac_newlines.csv", "a=input", 2, 0, null)]
    [InlineData("edge/csvkit-no_header_row.csv", null, 0, 0, "No column holds the human message")]
    [InlineData("edge/csvkit-optional_quote_characters.csv", "a=input", 1, 0, null)]
    [InlineData("edge/csvkit-test_latin1.csv", "a=input", 0, 0, "byte 17 is no character")]
    [InlineData("edge/csvkit-test_utf16_little.csv", "a=input", 2, 0, null)]
    [InlineData("edge/csvkit-test_utf8_bom.csv", "foo=input", 2, 0, null)]
    [InlineData("edge/csvlint-cr-line-endings.csv", "Foo=input", 2, 0, null)]
    [InlineData("edge/csvlint-inconsistent-line-endings.csv", "Foo=input", 2, 0, null)]
    [InlineData("edge/csvlint-title-row.csv", null, 0, 0, "No column holds the human message")]
    [InlineData("edge/csvlint-valid_many_rows.csv", "Foo=input", 6, 0, null)]
    [InlineData("edge/frictionless-delimiter.csv", "name=input", 2, 0, null)]
    [InlineData("edge/frictionless-issue-1232.csv", "comune=input", 5, 0, null)]
    [InlineData("edge/frictionless-table-with-accents.csv", "Quartier=input", 0, 0, "is no character")]
    [InlineData("edge/papaparse-sample-header.csv", "title=input", 1, 1, null)]
    [InlineData("edge/tabulator-bom.csv", "name=input", 2, 0, null)]
    [InlineData("edge/tabulator-escaping.csv", "Test=input", 3, 0, null)]
    [InlineData("edge/tabulator-latin1.csv", "name=input", 0, 0, "is no character")]
    [InlineData("edge/tabulator-skip-rows.csv", null, 0, 0, "No column holds the human message")]
    [InlineData("edge/tabulator-table.csv.zip", null, 0, 0, "a workbook or an archive")]
    public async Task A_file_gives_its_rows_or_the_reason_why_not(string name, string? mapping, int good, int bad, string? reason)
    {
        var options = new CsvOptions { Mapping = mapping?.Split(';').ToDictionary(pair => pair.Split('=')[0], pair => Target(pair.Split('=')[1])) };
        var (file, rows) = await Csvs.ReadAsync(TranscriptTexts.Shared($"csv/{name}"), options);

        var refusal = file.Errors.Concat(rows.Where(row => row.IsEndOfReading).SelectMany(row => row.Errors)).FirstOrDefault()?.Message;
        Assert.True(reason is null ? refusal is null : refusal?.Contains(reason, StringComparison.Ordinal) == true, refusal);
        if (reason is null)
            Assert.Equal((good, bad), (rows.Count(row => row.Patch is not null), rows.Count(row => row.Patch is null)));
    }

    [Fact]
    public void No_file_is_forgotten()
    {
        var tested = typeof(CsvFixtureTests).GetMethod(nameof(A_file_gives_its_rows_or_the_reason_why_not))!.GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>().Select(data => (string)data.Data[0]!);

        var folder = Path.Combine(TranscriptTexts.SharedFolder, "csv");
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Where(name => !name.EndsWith(".json", StringComparison.Ordinal));
        Assert.Equal(files.Order(StringComparer.Ordinal), tested.Order(StringComparer.Ordinal));
    }

    private static CsvTarget Target(string text) => CsvTarget.TryParse(text, out var target) ? target : throw new ArgumentException(text, nameof(text));
}

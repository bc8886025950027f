using System.Text.Json;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Bundles.Grading;

namespace EvalMarket.Formats.Tests.Bundles;

/// <summary>The tables of docs/grading.md.</summary>
public sealed class GradingTests
{
    [Theory]
    [InlineData("Paris", "Paris")]
    [InlineData("I think so.\nAnswer: Paris", "Paris")]
    [InlineData("Answer: Rome\n...\nFinal answer:\nParis\nFrance", "Paris\nFrance")]
    [InlineData("**Final Answer:** 42", "42")]
    [InlineData("### Answer\nnothing", "### Answer\nnothing")]
    [InlineData("> answer : 7", "7")]
    [InlineData("The answer: 7", "The answer: 7")]
    [InlineData("Answers: many", "Answers: many")]
    [InlineData("Answer:", "")]
    public void The_answer_is_what_follows_the_last_marker_or_all_of_the_response(string response, string answer) => Assert.Equal(answer, AnswerText.Of(response));

    [Theory]
    [InlineData("\"Paris\"", null, "paris.", true)]
    [InlineData("\"Paris\"", null, "\"PARIS\"", true)]
    [InlineData("\"Paris\"", null, "It is Paris", false)]
    [InlineData("\"Paris\"", null, "not Paris, it is Lyon", false)]
    [InlineData("\"Paris\"", null, "Let me see.\nAnswer: **Paris**", true)]
    [InlineData("\"H₂O\"", null, "h2o", true)]
    [InlineData("\"Straße\"", null, "STRASSE", true)]
    [InlineData("\"Ὀδυσσεύς\"", null, "ὈΔΥΣΣΕΎΣ", true)]
    [InlineData("\"caf\\u00e9\"", null, "cafe\u0301", true)]
    [InlineData("\"a\\u0323\\u0301\"", null, "a\u0301\u0323", true)]
    [InlineData("\"한글\"", null, "한글", true)]
    [InlineData("\"café\"", null, "cafe", false)]
    [InlineData("\"don't\"", null, "Don’t", true)]
    [InlineData("5", null, "５", true)]
    [InlineData("5", null, "15", false)]
    [InlineData("[\"UK\",\"United Kingdom\"]", null, "united  kingdom", true)]
    [InlineData("\"5\"", "contains", "The total is 5.", true)]
    [InlineData("\"5\"", "contains", "The total is 15", false)]
    [InlineData("\"5\"", "contains", "It is 2.5 or 5,000 or -5", false)]
    [InlineData("\"Paris\"", "contains", "It is Paris, of course.", true)]
    [InlineData("\"Paris\"", "contains", "not Paris, it is Lyon", false)]
    [InlineData("\"Lyon\"", "contains", "not Paris, it is Lyon", true)]
    [InlineData("\"Paris\"", "contains", "It isn't in Paris.", false)]
    [InlineData("\"Paris\"", "contains", "Paris is not the capital", false)]
    [InlineData("\"Paris\"", "contains", "Not only Paris but all of France", true)]
    [InlineData("\"Paris\"", "contains", "It is not Lyon. Paris it is.", true)]
    [InlineData("\"Paris\"", "contains", "Comparison of Parisian parks", false)]
    [InlineData("\"Paris\"", "contains", "Paris's river", true)]
    [InlineData("\"not found\"", "contains", "The file was not found", true)]
    [InlineData("\"C\"", "contains", "Use C++ or C#", false)]
    [InlineData("\"巴黎\"", "contains", "首都是巴黎。", true)]
    [InlineData("[\"red\",\"green\"]", "any", "a green door", true)]
    [InlineData("[\"red\",\"green\"]", "all", "a green door", false)]
    [InlineData("\"New York, Boston\"", "all", "from Boston to New York", true)]
    [InlineData("\"red green\"", "any", "evergreen", false)]
    public void Lexical(string answer, string? mode, string response, bool isMet) =>
        Assert.Equal(isMet ? 100 : 0, Score("lexical", answer, response, config: mode is null ? null : $$"""{"mode":"{{mode}}"}"""));

    [Theory]
    [InlineData("42", "42", true)]
    [InlineData("42", "The answer is 42.", true)]
    [InlineData("42", "First 41, then 42", true)]
    [InlineData("42", "42, or perhaps 41", false)]
    [InlineData("5", "15", false)]
    [InlineData("5", "-5", false)]
    [InlineData("-5", "−5", true)]
    [InlineData("0.2397", "23.97%", true)]
    [InlineData("\"23.97%\"", "0.2397", true)]
    [InlineData("\"23.97 %\"", "23.97 percent", true)]
    [InlineData("1234.5", "$1,234.50", true)]
    [InlineData("1234.56", "1.234,56 €", true)]
    [InlineData("1234567", "1,234,567", true)]
    [InlineData("1234567", "1 234 567", true)]
    [InlineData("1234567", "12,34,567", true)]
    [InlineData("1234567", "1'234'567", true)]
    [InlineData("1234", "1,234", true)]
    [InlineData("1.234", "1.234", true)]
    [InlineData("12.5", "12,5", true)]
    [InlineData("0.123", "0,123", true)]
    [InlineData("150000", "1.5e5", true)]
    [InlineData("150000", "1.5 × 10^5", true)]
    [InlineData("150000", "1.5×10⁵ m", true)]
    [InlineData("0.00015", "1.5 x 10^-4", true)]
    [InlineData("1024", "2^10", true)]
    [InlineData("3000000", "$3 million", true)]
    [InlineData("3000000", "$3M", true)]
    [InlineData("5000", "5k", true)]
    [InlineData("5", "5 kg", true)]
    [InlineData("5", "5kg", true)]
    [InlineData("5", "it weighs 5 m²", true)]
    [InlineData("0.5", "1/2", true)]
    [InlineData("0.5", "½", true)]
    [InlineData("2024", "3/4/2024", false)]
    [InlineData("2", "H2O", false)]
    [InlineData("4", "GPT-4", false)]
    [InlineData("-5", "-$5.00", true)]
    [InlineData("-5", "$-5", true)]
    [InlineData("5", "3-5", true)]
    [InlineData("\"The total is $72\"", "72", true)]
    [InlineData("\"48/2 = 24\\n#### 72\"", "Answer: 72", true)]
    [InlineData("12345678901234567890", "12345678901234567891", false)]
    [InlineData("1e400", "1e400", false)]
    [InlineData("3", "no number", false)]
    public void Numeric(string answer, string response, bool isMet) => Assert.Equal(isMet ? 100 : 0, Score("numeric", answer, response));

    [Theory]
    [InlineData("100", "{\"abs_tol\":0.5}", "100.5", true)]
    [InlineData("100", "{\"abs_tol\":0.5}", "100.51", false)]
    [InlineData("-100", "{\"rel_tol\":0.05}", "-105", true)]
    [InlineData("-100", "{\"rel_tol\":0.05}", "-105.1", false)]
    [InlineData("100", "{\"value\":\"7%\"}", "0.07", true)]
    [InlineData("0", "{\"rel_tol\":0.5}", "0.0000000000000000000001", false)]
    public void Numeric_with_config(string answer, string config, string response, bool isMet) => Assert.Equal(isMet ? 100 : 0, Score("numeric", answer, response, config));

    [Fact]
    public void A_numeric_description_that_is_one_number_wins_over_the_answer()
    {
        Assert.Equal(100, Score("numeric", "7", "8", description: "8"));
        Assert.Equal(100, Score("numeric", "7", "7", description: "Within 2 of 8"));
    }

    [Theory]
    [InlineData("true", "Yes", true)]
    [InlineData("\"yes\"", "True.", true)]
    [InlineData("\"Yes\"", "Yes, because it is not false", true)]
    [InlineData("false", "No", true)]
    [InlineData("false", "No, that is not true.", true)]
    [InlineData("false", "This is not true.", true)]
    [InlineData("true", "This is not true.", false)]
    [InlineData("false", "It isn't correct", true)]
    [InlineData("true", "There is no doubt: yes", true)]
    [InlineData("true", "That is not false", true)]
    [InlineData("false", "I first thought yes, but the answer is no", true)]
    [InlineData("false", "Yes or no? Answer: maybe\nAnswer: no", true)]
    [InlineData("false", "It is not.", true)]
    [InlineData("true", "Yes and no", false)]
    [InlineData("false", "Yes and no", false)]
    [InlineData("false", "I cannot say", false)]
    [InlineData("true", "1", true)]
    [InlineData("false", "I know nothing", false)]
    public void Binary(string answer, string response, bool isMet) => Assert.Equal(isMet ? 100 : 0, Score("binary", answer, response));

    [Theory]
    [InlineData("good", "Good", 100)]
    [InlineData("good", "It is very good.", 66.67)]
    [InlineData("good", "poor", 33.33)]
    [InlineData("very good", "poor", 0)]
    [InlineData("good", "not good, fair", 66.67)]
    [InlineData("good", "excellent", 0)]
    public void Ordinal(string level, string response, double score) =>
        Assert.Equal((decimal)score, Math.Round(Score("ordinal", $"\"{level}\"", response, """{"levels":["poor","fair","good","very good"]}""")!.Value, 2));

    [Theory]
    [InlineData("""^\d{3}-\d{4}$""", "Answer: 555-1234", true)]
    [InlineData("""^\d{3}-\d{4}$""", "call 555-1234", false)]
    [InlineData("(?i)paris", "PARIS", true)]
    [InlineData("42", "I thought 42\nAnswer: 41", false)]
    [InlineData("""(?i)answer:\s*42""", "Answer: 42", true)]
    [InlineData("""^(?=.*a)(?=.*b)""", "ba", true)]
    [InlineData("""(\w)\1""", "hello", true)]
    public void Regex(string pattern, string response, bool isMet) => Assert.Equal(isMet ? 100 : 0, Score("regex", "null", response, description: pattern));

    [Fact]
    public void A_pattern_that_runs_away_is_stopped() => Assert.Equal(0, Score("regex", "null", new string('a', 100) + "!", description: "^(?=a)(a+)+$"));

    [Fact]
    public void A_task_is_worth_the_weighted_sum_of_its_criteria_and_waits_for_semantic_ones()
    {
        var answer = Answer("""
            {"task_id":"t","answer":"Paris","passThreshold":60,"criteria":[
              {"id":"a","name":"A","type":"lexical","description":"","weight":60},
              {"id":"b","name":"B","type":"numeric","description":"7","weight":10},
              {"id":"c","name":"C","type":"semantic","description":"","weight":30,"semanticPrompt":"Is it polite?"}]}
            """);
        var pending = TaskGrading.Grade(answer, "Paris");
        Assert.Equal((GradeStatus.Pending, null, null), (pending.Status, pending.Score, pending.Passed));

        var judged = TaskGrading.Grade(answer, "Paris", new Dictionary<string, decimal> { ["c"] = 50 });
        Assert.Equal((GradeStatus.Graded, 75m, true), (judged.Status, judged.Score!.Value, judged.Passed!.Value));

        var missing = TaskGrading.Grade(answer, null);
        Assert.Equal((GradeStatus.Graded, 0m, false, false), (missing.Status, missing.Score!.Value, missing.Passed!.Value, missing.IsAnswered));

        var score = new SubmissionScore([judged, missing]);
        Assert.Equal((37.5m, 0.5m), (score.Score!.Value, score.PassRate!.Value));
        Assert.Equal(GradeStatus.Pending, new SubmissionScore([judged, pending]).Status);
    }

    [Fact]
    public void Thirds_that_sum_to_99_99_can_reach_all()
    {
        var answer = Answer("""
            {"task_id":"t","answer":"x","passThreshold":100,"criteria":[
              {"id":"a","name":"A","type":"lexical","description":"","weight":33.33},
              {"id":"b","name":"B","type":"lexical","description":"","weight":33.33},
              {"id":"c","name":"C","type":"lexical","description":"","weight":33.33}]}
            """);
        Assert.True(TaskGrading.Grade(answer, "X").Passed);
    }

    [Fact]
    public void A_report_has_what_its_level_reveals_and_nothing_of_the_key()
    {
        var answer = Answer("""
            {"task_id":"t","answer":"canary-1","passThreshold":100,"criteria":[
              {"id":"a","name":"A","type":"lexical","description":"canary-2","weight":66.6,"rationale":"canary-3"},
              {"id":"b","name":"B","type":"semantic","description":"canary-4","weight":33.4,"semanticPrompt":"canary-5"}]}
            """);
        var score = new SubmissionScore([TaskGrading.Grade(answer, "canary-1", new Dictionary<string, decimal> { ["b"] = 33.333m })]);
        Assert.Null(ScoreReport.Of(score, Reveal.Overall).Tasks);
        Assert.Null(Assert.Single(ScoreReport.Of(score, Reveal.Task).Tasks!).Criteria);
        var whole = ScoreReport.Of(score, Reveal.Criterion);
        Assert.Equal([100m, 33.33m], Assert.Single(whole.Tasks!).Criteria!.Select(criterion => criterion.Score));
        Assert.Equal(77.73m, whole.Score);
        Assert.DoesNotContain("canary", JsonSerializer.Serialize(whole), StringComparison.Ordinal);
    }

    private static decimal? Score(string type, string answer, string response, string? config = null, string description = "")
    {
        var read = Answer($$"""
            {"task_id":"t","answer":{{answer}},"passThreshold":100,"criteria":[
              {"id":"a","name":"A","type":"{{type}}","description":{{JsonSerializer.Serialize(description)}},"weight":100,"config":{{config ?? "null"}}}]}
            """);
        return Assert.Single(TaskGrading.Grade(read, response).Criteria).Score;
    }

    private static BundleAnswer Answer(string json)
    {
        List<ContentError> errors = [];
        var answer = BundleAnswers.Read(JsonElement.Parse(json), "/0", errors, new BundleBounds(), mayLackAnswer: false);
        Assert.Empty(errors);
        return answer!;
    }
}

using EvalMarket.Formats.Transcripts;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;

namespace EvalMarket.Formats.Tests.Transcripts;

public sealed class TranscriptDetectorTests
{
    [Theory]
    [InlineData("claude-code/rewound.jsonl", "claude-code")]
    [InlineData("claude-code/agent-a77f01.jsonl", "claude-code")]
    [InlineData("codex/events.jsonl", "codex")]
    [InlineData("codex/oldest.jsonl", "codex")]
    [InlineData("openai-messages/support.jsonl", "openai-messages")]
    public void Knows_a_format_by_its_content(string path, string format)
    {
        var detection = Detect(Own(path), "download");

        Assert.Equal(format, detection.Reader?.Format);
        Assert.NotEmpty(detection.Reason);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\ufeff\r\n \n", "empty")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0134\nsize 33337\n", "git lfs pull")]
    [InlineData("<!DOCTYPE html><html><body>Sign in</body></html>", "HTML")]
    [InlineData("{\n  \"messages\": [\n    {\"role\": \"user\"}\n  ]\n}\n", "not JSON Lines")]
    [InlineData("[\n  {\"messages\": []}\n]", "not JSON Lines")]
    [InlineData("Human Message,AI Response\nhi,there\n", "CSV")]
    [InlineData("PK\u0003\u0004rest", "ZIP")]
    [InlineData("\u0001\u0000\u0002", "binary")]
    [InlineData("Dear diary", "no transcript")]
    [InlineData("{\"question\":\"2+2\",\"answer\":\"4\"}\n", "question, answer")]
    [InlineData("{\"type\":\"thread.started\",\"thread_id\":\"t\"}\n", "rollout file")]
    public void Says_why_no_reader_takes_a_file(string text, string reason)
    {
        var detection = Detect(Utf8(text));

        Assert.Null(detection.Reader);
        Assert.Contains(reason, detection.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_and_utf_16_files_are_named_as_such()
    {
        Assert.Contains("gunzip", Detect([0x1f, 0x8b, 8, 0]).Reason, StringComparison.Ordinal);
        Assert.Contains("zstd -d", Detect([0x28, 0xb5, 0x2f, 0xfd, 0]).Reason, StringComparison.Ordinal);
        Assert.Contains("UTF-8", Detect([0xff, 0xfe, (byte)'{', 0]).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_line_longer_than_the_sample_still_tells_its_format()
    {
        var image = new string('A', 3 * TranscriptDetector.SampleBytes);

        Assert.Equal("claude-code", Detect(Utf8($$$"""{"type":"user","message":{"content":"{{{image}}}"}}""")).Reader?.Format);
        Assert.Equal("codex", Detect(Utf8($$$"""{"type":"session_meta","payload":{"base_instructions":"{{{image}}}"}}""")).Reader?.Format);
        Assert.Equal("openai-messages", Detect(Utf8($$$"""{"messages":[{"role":"user","content":"{{{image}}}"}]}""")).Reader?.Format);
        Assert.Equal("evalmarket", Detect(Utf8($$$"""{"external_id":"x","messages":[{"role":"user","content":"{{{image}}}"}]}""")).Reader?.Format);
    }

    [Theory]
    [InlineData("other-agents/copilot-small.jsonl")]
    [InlineData("other-agents/cursor-test-session.jsonl")]
    [InlineData("other-agents/pi-session.jsonl")]
    [InlineData("messages-jsonl/gsm8k-train.jsonl")]
    [InlineData("messages-jsonl/oasst-en_100_tree.jsonl")]
    [InlineData("messages-jsonl/inspect-bias_detection.jsonl")]
    [InlineData("messages-jsonl/promptflow-pretty-printed-not-jsonl.jsonl")]
    [InlineData("messages-jsonl/openai-evals-lfs-pointer-samples.jsonl")]
    [InlineData("messages-jsonl/llamafactory-mllm_demo.json")]
    [InlineData("chatgpt/hstry-conversations.json")]
    [InlineData("claude-code/real/log-sample/4fe49c7c-ff82-4ac7-b3f2-79c22036bd58.jsonl")]
    [InlineData("zip/gozip-test.zip")]
    public void Real_files_of_other_formats_are_not_taken_for_ours(string path)
    {
        var detection = Detect(Shared(path), path);

        Assert.Null(detection.Reader);
        Assert.True(detection.Reason.Length > 15, detection.Reason);
    }
}

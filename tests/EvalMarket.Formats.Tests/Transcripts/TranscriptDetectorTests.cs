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
    [InlineData("chatgpt/conversations.json", "chatgpt")]
    [InlineData("claude-ai/conversations.json", "claude-ai")]
    [InlineData("gemini-cli/session.jsonl", "gemini-cli")]
    [InlineData("gemini-cli/session.json", "gemini-cli")]
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
    [InlineData("SQLite format 3\u0000\u0010", "opencode export")]
    [InlineData("Dear diary", "no transcript")]
    [InlineData("{\"question\":\"2+2\",\"answer\":\"4\"}\n", "question, answer")]
    [InlineData("{\n  \"question\": \"2+2\",\n  \"answer\": \"4\"\n}\n", "it has the keys question, answer")]
    [InlineData("[{\"instruction\": \"add\", \"output\": [{\"mapping\": {", "the first object of its list has the keys instruction, output")]
    [InlineData("[{\"title\":\"t\",\"mapping\":{\"properties\":{\"name\":{\"type\":\"text\"}}}}]", "the keys title, mapping")]
    [InlineData("[{\"id\":1,\"conversations\":[{\"from\":\"human\",\"value\":\"hi\"}]}]", "the keys id, conversations")]
    [InlineData("{\"conversations\":[{\"from\":\"human\",\"value\":\"hi\"}]}", "the keys conversations")]
    [InlineData("{\n\"messages\": [{\"type\":\"human\",\"content\":\"hi\"}]}", "not JSON Lines")]
    [InlineData("[\"one\", \"two\"]", "not JSON Lines")]
    [InlineData("[]", "not JSON Lines")]
    [InlineData("{\n  \"displayName\": \"x\", \"chunkedPrompt\": {\"chunks\": []}}", "Google AI Studio")]
    [InlineData("{\"chunkedPrompt\":{\"chunks\":[]}}", "Google AI Studio")]
    [InlineData("[{\"sessionId\":\"s\",\"messageId\":0,\"type\":\"user\",\"message\":\"hi\",\"timestamp\":\"2026\"}]", "logs.json")]
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
        Assert.Equal("chatgpt", Detect(Utf8("""[{"title":"t","mapping":{"r":{"id":"r","message":null,"parent":null,"children":["a"]},"a":{"message":{"content":"@"}}}}]""".Replace("@", image, StringComparison.Ordinal))).Reader?.Format);
        Assert.Equal("claude-ai", Detect(Utf8($$$"""[{"uuid":"c","chat_messages":[{"sender":"human","text":"{{{image}}}"}]}]""")).Reader?.Format);
        Assert.Equal("gemini-cli", Detect(Utf8($$$"""{"sessionId":"s","projectHash":"h","messages":[{"type":"user","content":"{{{image}}}"}]}""")).Reader?.Format);
        Assert.Equal("gemini-cli", Detect(Utf8($$$"""{"sessionId":"s","projectHash":"h"}{{{"\n"}}}{"type":"user","content":"{{{image}}}"}""")).Reader?.Format);
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
    [InlineData("messages-jsonl/llamafactory-identity.json")]
    [InlineData("messages-jsonl/fastchat-dummy_conversation.json")]
    [InlineData("gemini/polylogue-aistudio-text_only_session.json")]
    [InlineData("strings/blns.json")]
    [InlineData("claude-code/real/log-sample/4fe49c7c-ff82-4ac7-b3f2-79c22036bd58.jsonl")]
    [InlineData("zip/gozip-test.zip")]
    public void Real_files_of_other_formats_are_not_taken_for_ours(string path)
    {
        var detection = Detect(Shared(path), path);

        Assert.Null(detection.Reader);
        Assert.True(detection.Reason.Length > 15, detection.Reason);
    }

    /// <summary>Lines with messages are OpenAI's shape, too: that reader is asked last.</summary>
    [Theory]
    [InlineData("claude-code", "claude-code")]
    [InlineData("codex", "codex")]
    [InlineData("chatgpt", "chatgpt")]
    [InlineData("claude-ai-export", "claude-ai")]
    [InlineData("gemini", "gemini-cli")]
    [InlineData("opencode", "opencode")]
    [InlineData("other-agents", null)]
    [InlineData("messages-jsonl", null)]
    [InlineData("eval-bundle", null)]
    [InlineData("json-testsuite", null)]
    public void No_reader_takes_a_file_of_another_tool(string folder, string? format)
    {
        foreach (var path in Directory.EnumerateFiles(Path.Combine(SharedFolder, folder), "*.json*", SearchOption.AllDirectories))
        {
            var content = File.ReadAllBytes(path);
            var head = content.AsMemory(0, Math.Min(content.Length, TranscriptDetector.SampleBytes));
            var sample = new TranscriptSample(path, head, head.Length == content.Length);

            Assert.All(
                TranscriptReaders.All.Where(reader => reader.Format != "openai-messages" && reader.Detect(sample) is not null),
                reader => Assert.Equal(format, reader.Format));
        }
    }
}

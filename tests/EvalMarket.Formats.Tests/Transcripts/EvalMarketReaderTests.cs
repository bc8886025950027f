using EvalMarket.Formats.Tests.Sessions;
using static EvalMarket.Formats.Tests.Transcripts.TranscriptTexts;

namespace EvalMarket.Formats.Tests.Transcripts;

public sealed class EvalMarketReaderTests
{
    [Fact]
    public async Task Own_sessions_come_back_as_they_were_written()
    {
        var plain = SessionSamples.Full with { ExternalId = "second", Labels = null, Metadata = null };
        var file = Utf8(SessionSamples.Line(SessionSamples.Full) + SessionSamples.Line(plain));

        Assert.Equal("evalmarket", Detect(file).Reader!.Format);
        var records = await ReadAsync("evalmarket", file);

        Assert.Equal([1L, 2L], records.Select(record => record.Line!.Value));
        SessionSamples.AssertEqual(SessionSamples.WithoutIds(SessionSamples.Full), records[0].Session!);
        SessionSamples.AssertEqual(SessionSamples.WithoutIds(plain), records[1].Session!);
        Assert.Null(records[1].Session!.Labels);
    }

    [Fact]
    public async Task What_a_transcript_reader_gives_survives_our_own_file()
    {
        foreach (var (format, path) in new[] { ("claude-code", "claude-code/rewound.jsonl"), ("codex", "codex/events.jsonl"), ("openai-messages", "openai-messages/support.jsonl") })
        {
            var session = (await ReadAsync(format, Own(path))).First(record => record.Session is not null).Session!;

            var again = await ReadOneAsync("evalmarket", Utf8(SessionSamples.Line(session)));

            SessionSamples.AssertEqual(session, again);
        }
    }

    [Fact]
    public async Task Every_error_of_a_line_is_listed_and_the_other_lines_land()
    {
        var records = await ReadAsync("evalmarket", Utf8(
            """
            {"external_id":"a","messages":[{"role":"user","content":"x"}],"stars":3}
            {"external_id":"b","cost":-1,"messages":[{"role":"nobody","content":"x"}]}

            not json
            """));

        Assert.Equal(3, Assert.Single(records, record => record.Session is not null).Session!.Metadata!.Value.GetProperty("stars").GetInt32());
        Assert.Equal(
            [(2, "/cost"), (2, "/messages/0/role"), (4, null)],
            records.Where(record => record.Error is not null).Select(record => ((int)record.Error!.Line!.Value, record.Error.Path)));
    }
}

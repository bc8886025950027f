using EvalMarket.Formats.Datasets;

namespace EvalMarket.Formats.Tests.Datasets;

public sealed class HistoryTextTests
{
    [Fact]
    public void Lines_with_a_speaker_begin_messages_and_other_lines_go_on_with_them()
    {
        var reading = HistoryText.Parse("User: Hello,\n\n    indented\nhow are you?\r\nASSISTANT:Fine.  \nsystem:\nBe short.\n\nuser: user: x\n  user: y\n");

        Assert.Empty(reading.Errors);
        Assert.Equal(
            [
                new HistoryMessage(HistoryMessageType.Human, "Hello,\n\n    indented\nhow are you?"),
                new HistoryMessage(HistoryMessageType.Ai, "Fine.  "),
                new HistoryMessage(HistoryMessageType.System, "Be short."),
                new HistoryMessage(HistoryMessageType.Human, "user: x\n  user: y"),
            ],
            reading.Messages);
    }

    [Fact]
    public void Text_before_the_first_speaker_is_an_error_with_its_line()
    {
        var reading = HistoryText.Parse("\nhello\nmore\nuser: hi");

        Assert.Equal(2, Assert.Single(reading.Errors).Line);
        Assert.Equal([new HistoryMessage(HistoryMessageType.Human, "hi")], reading.Messages);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t")]
    [InlineData("[]")]
    public void Nothing_is_no_history(string text)
    {
        var reading = HistoryText.Parse(text);

        Assert.Empty(reading.Errors);
        Assert.Empty(reading.Messages);
    }

    [Fact]
    public void A_json_list_is_a_history()
    {
        var reading = HistoryText.Parse("""[{"message_type":"human","content":"a","summary":"s"},{"role":"assistant","content":"b"}]""");

        Assert.Equal([new HistoryMessage(HistoryMessageType.Human, "a", "s"), new HistoryMessage(HistoryMessageType.Ai, "b")], reading.Messages);
        Assert.Equal("/0/message_type", Assert.Single(HistoryText.Parse("""[{"message_type":"bot","content":"a"}]""").Errors).Path);
        Assert.Equal(2, Assert.Single(HistoryText.Parse("[\n{]").Errors).Line);
    }

    [Theory]
    [InlineData("plain", "user: plain")]
    [InlineData("two\nlines", "user: two\nlines")]
    [InlineData("", "user: ")]
    [InlineData(" space", "user:  space")]
    [InlineData("a\nuser: b", """[{"message_type":"human","content":"a\nuser: b"}]""")]
    [InlineData("\nb", """[{"message_type":"human","content":"\nb"}]""")]
    [InlineData("b\n", """[{"message_type":"human","content":"b\n"}]""")]
    [InlineData("b\r\nc", """[{"message_type":"human","content":"b\r\nc"}]""")]
    public void What_text_cannot_give_back_is_written_as_json(string content, string text)
    {
        HistoryMessage[] history = [new(HistoryMessageType.Human, content)];

        Assert.Equal(text, HistoryText.Format(history));
        Assert.Equal(history, HistoryText.Parse(text).Messages);
    }
}

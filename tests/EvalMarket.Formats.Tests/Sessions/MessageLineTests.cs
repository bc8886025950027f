using System.Buffers;
using System.Text;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Tests.Sessions;

public sealed class MessageLineTests
{
    [Fact]
    public void A_line_is_readable_and_leaves_out_what_has_no_value()
    {
        var message = new Message
        {
            Id = MessageId.FromTrusted("msg_01k0000000000000000000000a"), Role = MessageRole.Assistant, Content = "Größe <b> 😀\n\"x\"",
            Parts = [new MessagePart { Type = MessagePartType.ToolCall, Name = "bash", Input = SessionSamples.Json("""{ "cmd" : "echo 😀" , "n" : 1.0 }""") }],
        };

        Assert.Equal(
            """{"id":"msg_01k0000000000000000000000a","role":"assistant","content":"Größe <b> 😀\n\"x\"","parts":[{"type":"tool_call","name":"bash","input":{"cmd":"echo 😀","n":1.0}}]}""" + "\n",
            Write(message, out var replaced));
        Assert.Equal(0, replaced);
    }

    [Fact]
    public void What_was_written_is_read_back_ids_included()
    {
        foreach (var message in SessionSamples.Full.Messages)
        {
            var line = Write(message, out _);

            var read = MessageLines.Read(Encoding.UTF8.GetBytes(line));

            Assert.Equal(message.Id, read.Id);
            Assert.Equal((message.Role, message.Content, message.ExternalId, message.CreatedAt), (read.Role, read.Content, read.ExternalId, read.CreatedAt));
            Assert.Equal(message.Parts.Count, read.Parts.Count);
            Assert.Equal(line, Write(read, out _));
        }
    }

    [Fact]
    public void Lone_surrogates_and_nul_are_replaced_and_counted()
    {
        var message = new Message
        {
            Role = MessageRole.User, Content = "a\0b\ud800", Tags = [new MessageTag("t\udc00")],
            ParticipantData = SessionSamples.Json("""{"x":"\u0000"}"""),
        };

        var read = MessageLines.Read(Encoding.UTF8.GetBytes(Write(message, out var replaced)));

        Assert.Equal(4, replaced);
        Assert.Equal("a\ufffdb\ufffd", read.Content);
        Assert.Equal("\ufffd", read.ParticipantData!.Value.GetProperty("x").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"role":"user","content":"x"}{}""")]
    [InlineData("""{"role":"user","content":"\ud800"}""")]
    public void A_damaged_line_says_so(string line) =>
        Assert.Throws<InvalidDataException>(() => MessageLines.Read(Encoding.UTF8.GetBytes(line)));

    private static string Write(Message message, out int replaced)
    {
        var buffer = new ArrayBufferWriter<byte>();
        replaced = MessageLines.Write(message, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

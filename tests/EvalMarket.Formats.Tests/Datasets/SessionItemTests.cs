using System.Text.Json;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.Formats.Tests.Sessions;

namespace EvalMarket.Formats.Tests.Datasets;

/// <summary>The mapping table of "Cloning a session" in the seed, line by line.</summary>
public sealed class SessionItemTests
{
    private static readonly SessionId Session = TypeId.New<SessionId>(DateTimeOffset.UnixEpoch);

    [Fact]
    public void A_pair_becomes_an_item_with_what_both_messages_carry()
    {
        var item = Assert.Single(Of(
            Say.User("Where is my parcel?") with
            {
                CreatedAt = new DateTimeOffset(2026, 3, 1, 10, 30, 0, 250, TimeSpan.FromHours(1)),
                Comments = [new MessageComment("Asked twice.")],
                Tags = [new MessageTag("shipping"), new MessageTag("auto", System: true)],
                ParticipantData = JsonElement.Parse("""{"name":"Jane","age":30}"""),
                SessionState = JsonElement.Parse("""{"step":2}"""),
            },
            Say.Assistant("On its way.") with
            {
                Comments = [new MessageComment("Good.")],
                Tags = [new MessageTag("polite"), new MessageTag("shipping")],
                ParticipantData = JsonElement.Parse("""{"name":"ignored"}"""),
            })).Item;

        Assert.Equal("Where is my parcel?", item.Input);
        Assert.Equal("On its way.", item.Output);
        Assert.Equal("""{"current_datetime":"2026-03-01T09:30:00.250Z","comments":["Asked twice.","Good."],"tags":["shipping","polite"]}""", JsonObjects.Compact(item.Context));
        Assert.Empty(item.History);
        Assert.Equal("""{"name":"Jane","age":30}""", JsonObjects.Compact(item.ParticipantData));
        Assert.Equal("""{"step":2}""", JsonObjects.Compact(item.SessionState));
        Assert.Equal("{}", JsonObjects.Compact(item.Metadata));
        Assert.Equal(Session, item.Source!.SessionId);
        Assert.Equal(["0", "1"], item.Source.MessageIds.Select(NumberOf));
    }

    [Fact]
    public void Keys_without_a_value_are_absent()
    {
        var item = Assert.Single(Of(Say.User("Hi"), Say.Assistant("Hello") with { Tags = [new MessageTag("auto", System: true)] })).Item;

        Assert.Equal("{}", JsonObjects.Compact(item.Context));
        Assert.Equal("{}", JsonObjects.Compact(item.ParticipantData));
    }

    [Fact]
    public void The_history_is_all_that_was_said_before_and_a_greeting_is_in_it_without_an_item_of_its_own()
    {
        var items = Of(
            Say.System("Be brief."),
            Say.Assistant("Welcome!") with { Summary = "greets" },
            Say.User("One?"),
            Say.Assistant("Let me look."),
            Say.Tool("rows: 1"),
            Say.Assistant("One.") with { Parts = [new MessagePart { Type = MessagePartType.Reasoning, Text = "hm" }] },
            Say.Assistant(""),
            Say.User("Two"),
            Say.User("please?"),
            Say.Assistant("Two."));

        Assert.Equal(2, items.Count);
        Assert.Equal([new(HistoryMessageType.System, "Be brief."), new HistoryMessage(HistoryMessageType.Ai, "Welcome!", "greets")], items[0].Item.History);
        Assert.Equal(("One?", "One."), (items[0].Item.Input, items[0].Item.Output));
        Assert.Equal(["Be brief.", "Welcome!", "One?", "Let me look.", "One."], items[1].Item.History.Select(message => message.Content));
        Assert.Equal("Two\n\nplease?", items[1].Item.Input);
        Assert.Equal(["7", "8", "9"], items[1].Item.Source!.MessageIds.Select(NumberOf));
    }

    [Fact]
    public void A_turn_without_an_answer_has_an_empty_output_and_one_without_text_makes_no_item()
    {
        Message[] messages = [Say.User(""), Say.Assistant("A cat."), Say.User("And this?"), Say.Tool("…")];
        var item = Assert.Single(Of(messages)).Item;

        Assert.Equal(("And this?", ""), (item.Input, item.Output));
        Assert.Equal(["A cat."], item.History.Select(message => message.Content));
        Assert.Equal(["2"], item.Source!.MessageIds.Select(NumberOf));
        Assert.Equal(1, SessionItems.CountWithoutInput(messages));
    }

    [Theory]
    [InlineData("0", "One?")]
    [InlineData("1", "One?")]
    [InlineData("3", "Two?")]
    [InlineData("9", "")]
    public void A_pair_is_taken_when_either_message_is_wanted(string number, string inputs) => Assert.Equal(
        inputs,
        string.Join(' ', SessionItems.Of(Session, Numbered(Say.User("One?"), Say.Assistant("One."), Say.User("Two?"), Say.Assistant("Two.")), message => NumberOf(message.Id!.Value) == number, 1_000).Select(item => item.Item.Input)));

    [Theory]
    [InlineData(1_000, 0, "a bb ééé")]
    [InlineData(9, 0, "a bb ééé")]
    [InlineData(8, 1, "bb ééé")]
    [InlineData(7, 2, "ééé")]
    [InlineData(5, 3, "")]
    public void A_history_past_the_bound_keeps_the_newest_and_says_how_many_are_missing(int bytes, int omitted, string kept)
    {
        var item = SessionItems.Of(Session, Numbered(Say.System("a"), Say.System("bb"), Say.System("ééé"), Say.User("?"), Say.Assistant("!")), null, bytes).Single();

        Assert.Equal(omitted, item.HistoryOmitted);
        Assert.Equal(kept, string.Join(' ', item.Item.History.Select(message => message.Content)));
        Assert.Equal(omitted == 0 ? "{}" : $$"""{"history_omitted":{{omitted}}}""", JsonObjects.Compact(item.Item.Metadata));
    }

    [Fact]
    public void What_an_item_says_can_be_written_and_read_again()
    {
        foreach (var text in new[] { "“quoted” \"and\" \\", "line\nbreak\r\n\ttab", "👩‍👩‍👧 מזל", "</script>" })
        {
            var item = Of(Say.User(text) with { Comments = [new MessageComment(text)], Tags = [new MessageTag(text)] }, Say.Assistant(text)).Single().Item;

            Assert.Equal(text, item.Context.GetProperty("comments")[0].GetString());
            Assert.Equal(text, item.Context.GetProperty("tags")[0].GetString());
            Assert.Equal((text, text), (item.Input, item.Output));
        }
    }

    private static List<SessionItem> Of(params IReadOnlyList<Message> messages) => [.. SessionItems.Of(Session, Numbered(messages), null, 1_000)];

    private static IReadOnlyList<Message> Numbered(params IReadOnlyList<Message> messages) =>
        [.. messages.Select((message, i) => message with { Id = TypeId.FromBits<MessageId>((UInt128)i) })];

    private static string NumberOf(MessageId id) => ((int)TypeId.BitsOf(id)).ToString(System.Globalization.CultureInfo.InvariantCulture);
}

using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Tests.Sessions;

public sealed class TurnTests
{
    [Fact]
    public void Takes_the_last_assistant_text_as_the_answer_of_a_turn()
    {
        var turn = Assert.Single(Turns.Of(
        [
            Say.User("Why does the login redirect loop?"),
            Say.Assistant("Let me look at the provider."),
            Say.Tool("export function AuthProvider() {…}"),
            Say.Assistant("The effect runs before the token is stored."),
            Say.Assistant(""),
        ]));

        Assert.Equal("The effect runs before the token is stored.", turn.Output);
        Assert.Equal((0, 4, 3), (turn.FirstIndex, turn.LastIndex, turn.AnswerIndex!.Value));
    }

    [Fact]
    public void Joins_consecutive_user_messages_by_a_blank_line_even_around_a_system_message()
    {
        var turn = Assert.Single(Turns.Of([Say.User("One"), Say.System("note"), Say.User(" "), Say.User("Two"), Say.Assistant("Both")]));

        Assert.Equal("One\n\nTwo", turn.Input);
        Assert.Equal([0, 2, 3], turn.UserIndexes);
    }

    [Fact]
    public void A_turn_without_assistant_text_is_no_pair()
    {
        IReadOnlyList<Message> messages = [Say.User("Hello"), Say.Tool("x"), Say.Assistant("  "), Say.User("Again"), Say.Assistant("Here"), Say.User("Bye")];

        Assert.Equal([null, "Here", null], Turns.Of(messages).Select(turn => turn.Output));
        Assert.Equal(1, Turns.CountPairs(messages));
    }

    [Fact]
    public void Greeting_and_system_messages_belong_to_no_turn()
    {
        var turns = Turns.Of([Say.System("Be brief."), Say.Assistant("Hi, what is it?"), Say.User("Rename it"), Say.Assistant("Done"), Say.System("bye")]).ToList();

        var turn = Assert.Single(turns);
        Assert.Equal((2, 3), (turn.FirstIndex, turn.LastIndex));
        Assert.Empty(Turns.Of([Say.Assistant("Hi")]));
        Assert.Empty(Turns.Of([]));
    }
}

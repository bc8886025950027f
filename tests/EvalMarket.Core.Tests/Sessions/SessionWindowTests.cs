using System.Collections.Concurrent;
using System.Text.Json;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Sessions.Transcripts;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Sessions;
using EvalMarket.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EvalMarket.Core.Tests.Sessions;

public sealed class SessionWindowTests(SessionsHost host) : IClassFixture<SessionsHost>
{
    private const int MessageLength = 4_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Opens_only_the_chunks_that_hold_the_window_and_reads_the_outline_once()
    {
        var opened = await CountOpenedAsync();
        var row = await CommitAsync("wide", Enumerable.Range(0, 1_000).Select(Say));
        var chunks = SessionFiles.ChunksOf(row).Count;
        Assert.True(chunks > 10);

        await ReadAsync(row, 0, 1);
        var first = opened.Count;
        opened.Clear();
        var window = await ReadAsync(row, 500, 540);

        Assert.Equal(chunks + 1, first);
        Assert.InRange(opened.Count, 1, 2);
        Assert.Equal(Enumerable.Range(500, 40), window.Messages.Keys.Order());
        Assert.StartsWith("512 ", window.Messages[512].Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_is_read_from_wherever_it_is_and_nothing_between()
    {
        var opened = await CountOpenedAsync();
        var row = await CommitAsync("far", [Say(0), Call("c"), .. Enumerable.Range(0, 998).Select(Say), Result("c", "found it")]);
        await ReadAsync(row, 5, 6);
        opened.Clear();

        var window = await ReadAsync(row, 0, 3);

        Assert.Equal(new PartPlace(1000, 0), window.Outline.ResultOf(new PartPlace(1, 0)));
        Assert.Equal("found it", window.Messages[1000].Parts[0].Text);
        Assert.Equal(2, opened.Count);
        Assert.Equal(1, window.Outline.ShownAt(1000));
        Assert.Empty((await ReadAsync(row, 1000, 1001)).Messages);
    }

    [Fact]
    public async Task The_outline_has_the_turns_that_exports_have()
    {
        var messages = new List<Message>
        {
            new() { Role = MessageRole.System, Content = "Rules" },
            Say(0) with { Content = "\n \n First line\nsecond" },
            Say(2) with { Content = "  and more" },
            Call("a"), Result("a", "x") with { Parts = [new MessagePart { Type = MessagePartType.ToolResult, CallId = "a", Text = "x", IsError = true }] },
            Say(1) with { Content = " \u00a0\n" },
            Say(1) with { Content = "Answer" },
            Say(0) with { Content = new string('ä', 200) },
            Say(0) with { Content = "" , Parts = [new MessagePart { Type = MessagePartType.Image, Name = "x" }] },
        };
        var row = await CommitAsync("turns", messages);

        var outline = (await ReadAsync(row, 0, 0)).Outline;

        var expected = Turns.Of(messages).ToList();
        Assert.Equal(expected.Select(turn => (turn.FirstIndex, turn.LastIndex, turn.IsPair)), outline.Turns.Select(turn => (turn.FirstIndex, turn.LastIndex, turn.IsAnswered)));
        Assert.Equal("First line", outline.Turns[0].Line);
        Assert.Equal((1, 1), (outline.Turns[0].Tools, outline.Turns[0].Failed));
        Assert.Equal(new string('ä', MessageSketch.LineLength) + "…", outline.Turns[1].Line);
        Assert.Equal((0, 0, 1, 2), (outline.TurnsBefore(0), outline.TurnsBefore(1), outline.TurnsBefore(2), outline.TurnsBefore(8)));
    }

    [Fact]
    public async Task A_message_is_found_by_its_id_and_a_session_sent_again_has_an_outline_of_its_own()
    {
        var row = await CommitAsync("again", Enumerable.Range(0, 5).Select(Say));
        var before = await ReadAsync(row, 0, 5);
        var id = before.Messages[3].Id!.Value;

        var shorter = await CommitAsync("again", Enumerable.Range(0, 3).Select(Say));

        Assert.Equal(3, before.Outline.IndexOf(id));
        Assert.Null((await ReadAsync(shorter, 0, 5)).Outline.IndexOf(id));
        Assert.Equal(id, (await host.InAsync<SessionWindows, Message?>(windows => windows.FindAsync(row, id, Cancel)))!.Id);
        Assert.Null(await host.InAsync<SessionWindows, Message?>(windows => windows.FindAsync(shorter, id, Cancel)));
    }

    [Fact]
    public async Task A_tool_message_whose_text_is_not_in_its_result_is_not_folded_away()
    {
        var row = await CommitAsync("texts", [Say(0), Call("a"), Result("a", "same") with { Content = "same" }, Call("b"), Result("b", "same") with { Content = "something else" }]);

        var outline = (await ReadAsync(row, 0, 5)).Outline;

        Assert.True(outline[2].IsFoldedAway);
        Assert.False(outline[4].IsFoldedAway);
    }

    [Fact]
    public async Task Finding_stops_when_nobody_waits()
    {
        var row = await CommitAsync("stop", Enumerable.Range(0, 200).Select(Say));
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.Get<SessionFind>().FindAsync(row, "nowhere", gone.Token));
    }

    private static Message Say(int number) => new()
    {
        Role = number % 2 == 0 ? MessageRole.User : MessageRole.Assistant,
        Content = $"{number} {new string((char)('a' + (number % 26)), MessageLength)}",
    };

    private static Message Call(string id) => new()
    {
        Role = MessageRole.Assistant,
        Parts = [new MessagePart { Type = MessagePartType.ToolCall, CallId = id, Name = "Bash", Input = JsonElement.Parse("{}") }],
    };

    private static Message Result(string id, string text) => new()
    {
        Role = MessageRole.Tool,
        Parts = [new MessagePart { Type = MessagePartType.ToolResult, CallId = id, Text = text }],
    };

    private async Task<ConcurrentBag<string>> CountOpenedAsync()
    {
        ConcurrentBag<string> opened = [];
        await host.WithAsync(services =>
        {
            var inner = services.Last(service => service.ServiceType == typeof(IBlobStore));
            services.Replace(ServiceDescriptor.Singleton<IBlobStore>(provider => new CountingStore((IBlobStore)inner.ImplementationFactory!(provider), opened)));
        });
        return opened;
    }

    private async Task<SessionRow> CommitAsync(string externalId, IEnumerable<Message> messages)
    {
        var result = await host.CommitAsync(SessionsHost.Session(externalId) with { Messages = [.. messages] });
        return (await host.InAsync<SessionDirectory, SessionRow?>(directory => directory.FindAsync(result.Ids[0], Cancel)))!;
    }

    private Task<SessionWindow> ReadAsync(SessionRow row, int from, int to) => host.InAsync<SessionWindows, SessionWindow>(windows => windows.ReadAsync(row, from, to, Cancel));

    private sealed class CountingStore(IBlobStore inner, ConcurrentBag<string> opened) : ForwardingBlobStore(inner)
    {
        public override ValueTask<Stream?> OpenReadAsync(BlobPath path, CancellationToken cancellationToken)
        {
            opened.Add(path.Value);
            return base.OpenReadAsync(path, cancellationToken);
        }
    }
}

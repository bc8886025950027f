using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Cloning;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Tests.Sessions;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.Extensions.DependencyInjection;
using static EvalMarket.Core.Tests.Sessions.SessionsHost;

namespace EvalMarket.Core.Tests.Datasets;

public sealed class SessionCloningTests : IAsyncLifetime
{
    private readonly SessionsHost host = new();
    private DatasetId dataset;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await host.InitializeAsync();
        var made = await host.InAsync<DatasetEditing, Outcome<DatasetView>>(editing => editing.CreateAsync(new NewDataset("Cloned"), Cancel));
        dataset = made.Succeeded(out var view, out var failure) ? view.Id : throw new InvalidOperationException(failure.Message);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Turns_are_cloned_once_and_again_when_an_item_is_not_connected_any_more()
    {
        await host.CommitAsync(Session("a", "One?", "One.", "Two?", "Two."), Session("b", "Unanswered?"));
        var first = await CloneAsync(new CloneOrder { Sessions = SessionFilter.All });
        Assert.Equal((2, 3, 0, 1), (first.Sessions, first.Created, first.Duplicates, first.WithoutOutput));

        var again = await CloneAsync(new CloneOrder { Sessions = SessionFilter.All });
        Assert.Equal((0, 3, 0, first.Version), (again.Created, again.Duplicates, again.WithoutOutput, again.Version));

        var items = await ItemsAsync();
        await EditAsync(items.Single(item => item.Input == "Two?") with { Output = "2." });
        await EditAsync(items.Single(item => item.Input == "One?") with { Metadata = System.Text.Json.JsonElement.Parse("""{"seen":true}""") });
        var third = await CloneAsync(new CloneOrder { Sessions = SessionFilter.All });
        Assert.Equal((1, 2), (third.Created, third.Duplicates));
        Assert.Equal(["2.", "Two."], (await ItemsAsync()).Where(item => item.Input == "Two?").Select(item => item.Output).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Comments_and_tags_that_were_put_on_messages_here_come_along()
    {
        var ids = (await host.CommitAsync(Session("a", "One?", "One."))).Ids;
        var detail = await host.InAsync<SessionStore, SessionDetail?>(store => store.OpenAsync(ids[0], Cancel));
        await host.InAsync<SessionLabels>(labels => labels.AnnotateAsync(ids[0], detail!.Messages[1].Id!.Value, MessageAnnotationKind.Comment, "Right.", null, Cancel));
        await host.InAsync<SessionLabels>(labels => labels.AnnotateAsync(ids[0], detail!.Messages[0].Id!.Value, MessageAnnotationKind.Tag, "short", null, Cancel));

        await CloneAsync(new CloneOrder { Sessions = new SessionFilter { Ids = ids } });

        Assert.Equal("""{"comments":["Right."],"tags":["short"]}""", JsonObjects.Compact(Assert.Single(await ItemsAsync()).Context));
    }

    [Theory]
    [InlineData("appl", null, null, "An apple? Both?")]
    [InlineData("pear apple", null, null, "Both?")]
    [InlineData("apple", MessageRole.User, null, "An apple?")]
    [InlineData(null, MessageRole.Assistant, null, "An apple? A pear? Both?")]
    [InlineData(null, null, "fruit", "A pear?")]
    [InlineData("nowhere", null, null, "")]
    public async Task Only_pairs_of_which_a_message_matches_are_cloned(string? words, MessageRole? role, string? tag, string inputs)
    {
        var session = Session("a", "An apple?", "Yes.", "A pear?", "Yes.", "Both?", "A pear and an apple.", "Neither?");
        await host.CommitAsync(session with { Messages = [.. session.Messages.Select((message, i) => i == 3 ? message with { Tags = [new MessageTag("fruit", System: true)] } : message)] });

        await CloneAsync(new CloneOrder { Sessions = SessionFilter.All, Messages = new MessageFilter { Query = words, Role = role, Tag = tag } });

        Assert.Equal(inputs, string.Join(' ', (await ItemsAsync()).Select(item => item.Input)));
    }

    [Fact]
    public async Task A_clone_that_ends_in_the_middle_goes_on_behind_what_is_in_the_dataset()
    {
        await host.CommitAsync([.. Enumerable.Range(0, 7).Select(i => Session($"s{i}", $"{i} one?", "Yes.", $"{i} two?", "Yes.") with { CreatedAt = DateTimeOffset.UnixEpoch.AddHours(i + 1) })]);
        CloneProgress? saved = null;
        await Assert.ThrowsAsync<TimeoutException>(() => host.InAsync<SessionCloning>(cloning => cloning.CloneAsync(
            dataset, new CloneOrder { Sessions = SessionFilter.All }, null, 4, null,
            (progress, _) => saved is not null ? throw new TimeoutException() : Task.FromResult(saved = progress), Cancel)));
        Assert.Equal((2, 4, false), (saved!.Result.Sessions, saved.Result.Created, saved.IsAtEnd));
        Assert.Equal(4, (await ItemsAsync()).Count);

        var outcome = await host.InAsync<SessionCloning, Outcome<CloneResult>>(cloning => cloning.CloneAsync(dataset, new CloneOrder { Sessions = SessionFilter.All }, saved, 4, null, null, Cancel));

        Assert.True(outcome.Succeeded(out var result, out _));
        Assert.Equal((7, 14, 0), (result.Sessions, result.Created, result.Duplicates));
        Assert.Equal(Enumerable.Range(0, 7).SelectMany(i => new[] { $"{i} one?", $"{i} two?" }), (await ItemsAsync()).Select(item => item.Input));
    }

    [Fact]
    public async Task A_job_clones_and_leaves_the_answer()
    {
        await host.CommitAsync(Session("a", "One?", "One."), Session("b", "Two?"));
        var job = await host.InAsync<DatasetCloneJob, Job>(jobs => jobs.EnqueueAsync(dataset, "Cloned", new CloneOrder { Sessions = new SessionFilter { Query = "two" }, Messages = new MessageFilter { Role = MessageRole.User }, SectionName = "new" }, Cancel));
        var worker = host.Worker();
        await worker.StartAsync(Cancel);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        Job? done;
        do
        {
            await timer.WaitForNextTickAsync(Cancel);
            done = await host.InAsync<JobQueue, Job?>(queue => queue.FindAsync(job.Id, Cancel));
        }
        while (done!.Status is JobStatus.Queued or JobStatus.Running);
        await worker.StopAsync(Cancel);

        Assert.Equal("A session into “Cloned”", done.Title);
        Assert.Equal("""{"sessions":1,"created":1,"duplicates":0,"without_output":1,"without_input":0,"history_omitted":0,"version":2}""", done.Result);
        Assert.Equal(dataset, DatasetCloneJob.DatasetOf(done));
        var view = await host.InAsync<DatasetDirectory, DatasetView?>(directory => directory.FindAsync(dataset, Cancel));
        Assert.Equal([("default", 0), ("new", 1)], view!.Sections.Select(section => (section.Name, section.ItemCount)));
    }

    private async Task<CloneResult> CloneAsync(CloneOrder order)
    {
        var outcome = await host.InAsync<SessionCloning, Outcome<CloneResult>>(cloning => cloning.CloneAsync(dataset, order, Cancel));
        return outcome.Succeeded(out var result, out var failure) ? result : throw new InvalidOperationException(failure.Message);
    }

    private Task<List<DatasetItem>> ItemsAsync() => host.InAsync<IServiceProvider, List<DatasetItem>>(async services =>
    {
        var contents = await services.GetRequiredService<DatasetVersions>().OpenAsync(dataset, null, Cancel);
        return [.. (await services.GetRequiredService<ItemStore>().StreamAsync(contents!, ItemFilter.All, Cancel).ToListAsync(Cancel)).Select(item => item.Read())];
    });

    private Task EditAsync(DatasetItem item) => host.InAsync<ItemEditing>(editing => editing.PutAsync(dataset, item.Id!.Value, item, null, Cancel));
}

using EvalMarket.Core.Data;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;
using static EvalMarket.Core.Tests.Sessions.SessionsHost;

namespace EvalMarket.Core.Tests.Sessions;

public sealed class SessionUpkeepTests : IAsyncLifetime
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly SessionsHost host = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Folded_label_logs_give_the_same_index_when_it_is_rebuilt()
    {
        var ids = await LabelAsync();
        var before = await host.DumpAsync();

        Assert.True(await FoldAsync(3));
        Assert.Single(host.Files("labels"));
        Assert.False(await FoldAsync(0));
        await RebuildAsync();
        Assert.Equal(before, await host.DumpAsync());

        // And with more labels on top of the fold.
        await host.LabelAsync(new SessionFilter { Ids = [ids[0]] }, new LabelChange { AddTags = ["later"], Notes = new Given<string?>(null) });
        before = await host.DumpAsync();
        await RebuildAsync();
        Assert.Equal(before, await host.DumpAsync());
    }

    [Fact]
    public async Task The_index_can_be_rebuilt_from_nothing_but_the_files()
    {
        await LabelAsync();
        var before = await host.DumpAsync();
        await host.InAsync<EvalMarketDbContext>(async db =>
        {
            await db.Sessions.ExecuteDeleteAsync(Cancel);
            await db.Workspaces.ExecuteUpdateAsync(set => set.SetProperty(row => row.LabelSequence, 0), Cancel);
        });

        await RebuildAsync();

        Assert.Equal(before, await host.DumpAsync());
    }

    [Fact]
    public async Task Few_label_logs_are_not_worth_folding()
    {
        await LabelAsync();
        var logs = host.Files("labels");

        Assert.False(await FoldAsync(100));

        Assert.Equal(logs, host.Files("labels"));
    }

    [Fact]
    public async Task Chunks_of_a_deleted_session_go_after_two_marks_a_day_apart_and_shared_ones_stay()
    {
        // Two chunks a version, of which the first is the same in both.
        var large = string.Concat(Enumerable.Range(0, 40_000).Select(i => $"{i} "));
        var id = (await host.CommitAsync(Session("large", large, large + "one"))).Ids[0];
        await host.CommitAsync(Session("large", large, large + "two"));
        Assert.Equal(3, host.Files("chunks").Count);

        Assert.Equal((2, 1, 0), await CollectAsync());
        host.Clock.Advance(Day);
        Assert.Equal((2, 0, 1), await CollectAsync());
        var session = await host.InAsync<SessionStore, SessionDetail?>(store => store.OpenAsync(id, Cancel));
        Assert.EndsWith("two", session!.Messages[1].Content, StringComparison.Ordinal);

        await host.InAsync<SessionDeletion>(deletion => deletion.DeleteAsync(id, Cancel));
        Assert.Empty(host.Files("sessions"));
        Assert.Equal((0, 2, 0), await CollectAsync());
        host.Clock.Advance(Day);
        Assert.Equal((0, 0, 2), await CollectAsync());
        Assert.Empty(host.Files("chunks"));
    }

    [Fact]
    public async Task Uploads_of_cancelled_jobs_are_removed_and_those_of_waiting_ones_kept()
    {
        var (waiting, cancelled, lost) = (JobQueue.NewId(host.Clock), JobQueue.NewId(host.Clock), JobQueue.NewId(host.Clock));
        foreach (var job in new[] { waiting, cancelled, lost })
        {
            var upload = await host.StageAsync(job, ("", "{}"));
            if (job != lost)
                await host.InAsync<SessionImportJob>(imports => imports.EnqueueAsync(job, new ImportOrder(SessionUploadKind.Json, null), upload, Cancel));
        }

        await host.InAsync<JobQueue>(queue => queue.CancelAsync(cancelled, Cancel));

        Assert.Equal(2, await host.InAsync<UploadCleaning, int>(cleaning => cleaning.CleanAsync(Cancel)));
        host.Clock.Advance(Day + Day);
        Assert.Equal(2, await host.InAsync<UploadCleaning, int>(cleaning => cleaning.CleanAsync(Cancel)));
        Assert.Equal([$"{waiting}/batches/0.json", $"{waiting}/files/0-0"], host.Files("uploads"));
    }

    private async Task<IReadOnlyList<SessionId>> LabelAsync()
    {
        var ids = (await host.CommitAsync([.. Enumerable.Range(0, 12).Select(i => Session($"s{i}", "question", "answer") with
        {
            Labels = i == 5 ? new EvalLabels { EvalReady = true, Tags = ["came", "along"], ReviewedBy = "bo" } : null,
        })])).Ids;
        var message = (await host.InAsync<SessionStore, SessionDetail?>(store => store.OpenAsync(ids[3], Cancel)))!.Messages[1].Id!.Value;
        await host.LabelAsync(SessionFilter.All, new LabelChange { EvalReady = true, AddTags = ["z", "a"] });
        host.Clock.Advance(TimeSpan.FromSeconds(5));
        await host.LabelAsync(new SessionFilter { Ids = [ids[0], ids[1]] }, new LabelChange { Status = new Given<EvalStatus?>(EvalStatus.Golden), Notes = new Given<string?>("notes"), ExpectedOutput = new Given<string?>("expected") });
        await host.LabelAsync(new SessionFilter { Ids = [ids[1], ids[2]] }, new LabelChange { Status = new Given<EvalStatus?>(null), Notes = new Given<string?>(null), RemoveTags = ["z"], AddTags = ["new"] });
        await host.InAsync<SessionLabels>(labels => labels.AnnotateAsync(ids[3], message, MessageAnnotationKind.Comment, "a comment", null, Cancel));
        await host.InAsync<SessionLabels>(labels => labels.AnnotateAsync(ids[3], message, MessageAnnotationKind.Tag, "a tag", null, Cancel));
        await host.InAsync<SessionLabels>(async labels =>
        {
            var taken = await labels.AnnotateAsync(ids[3], message, MessageAnnotationKind.Comment, "taken away", null, Cancel);
            Assert.True(taken.Succeeded(out var remark, out _));
            var removed = await labels.RemoveRemarkAsync(ids[3], message, remark.Sequence, Cancel);
            Assert.True(removed.Succeeded(out var count, out _) && count == 1);
        });
        // Labels of a session that was imported again, and of one that is gone.
        await host.CommitAsync(Session("s1", "question", "another answer"));
        await host.InAsync<SessionDeletion>(deletion => deletion.DeleteAsync(ids[11], Cancel));
        await host.LabelAsync(new SessionFilter { Ids = [ids[4]] }, new LabelChange { Tags = [], EvalReady = false });
        return ids;
    }

    private Task<bool> FoldAsync(long threshold) => host.InAsync<LabelFolding, bool>(folding => folding.FoldAsync(threshold, Cancel));

    private async Task RebuildAsync()
    {
        foreach (var rebuilder in await host.InAsync<IEnumerable<IIndexRebuilder>, List<IIndexRebuilder>>(all => Task.FromResult(all.ToList())))
            await rebuilder.RebuildAsync(Cancel);
    }

    private async Task<(int Live, int Waiting, int Deleted)> CollectAsync()
    {
        var report = await host.Get<GarbageCollector>().CollectAsync(Workspace, Cancel);
        return (report.Live, report.Waiting, report.Deleted);
    }
}

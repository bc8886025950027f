using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static EvalMarket.Core.Tests.Sessions.SessionsHost;

namespace EvalMarket.Core.Tests.Sessions;

public sealed class SessionRecoveryTests(SessionsHost host) : IClassFixture<SessionsHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("file", TestDurability.Eio, StorageFailure.Device)]
    [InlineData("file system", TestDurability.Eio, StorageFailure.Device)]
    [InlineData("name", TestDurability.Enospc, StorageFailure.Full)]
    [InlineData("folder", TestDurability.Erofs, StorageFailure.ReadOnly)]
    public async Task A_disk_that_fails_to_sync_is_an_error_and_nothing_is_in_the_index(string call, int error, StorageFailure failure)
    {
        var sessions = Enumerable.Range(0, 6).Select(i => Session($"{call}-{i}", "question", "answer")).ToList();
        var before = await host.DumpAsync();

        host.Durability.Fails = (call, error);
        var thrown = await Assert.ThrowsAsync<StorageException>(() => host.CommitAsync(sessions));
        host.Durability.Fails = null;

        Assert.Equal(failure, thrown.Failure);
        Assert.Equal(before, await host.DumpAsync());
        await RecoverAsync();
        Assert.Equal(6, (await host.CommitAsync(sessions)).Created);
    }

    [Fact]
    public async Task A_disk_that_fails_to_sync_a_label_log_is_an_error_and_no_label_is_changed()
    {
        var id = (await host.CommitAsync(Session("label failure", "q"))).Ids[0];
        var before = await host.DumpAsync();

        host.Durability.Fails = ("file", TestDurability.Eio);
        await Assert.ThrowsAsync<StorageException>(() => host.LabelAsync(new SessionFilter { Ids = [id] }, new LabelChange { EvalReady = true }));
        host.Durability.Fails = null;

        Assert.Equal(before, await host.DumpAsync());
    }

    [Fact]
    public async Task New_sessions_that_were_not_committed_leave_no_files_after_the_next_start()
    {
        var files = host.Files("sessions");
        await host.DieWhileCommittingAsync(Session("dying", "q", "a"), Session("dying too", "q", "a"));
        Assert.Equal(files.Count + 2, host.Files("sessions").Count);

        Assert.Equal(1, (await RecoverAsync()).Recovered);

        Assert.Equal(files, host.Files("sessions"));
        Assert.Empty(host.Files("intents"));
    }

    [Fact]
    public async Task A_new_version_that_was_not_committed_gives_way_to_the_one_that_was()
    {
        var id = (await host.CommitAsync(Session("two versions", "q", "one"))).Ids[0];
        var files = host.Files($"sessions/{id}");
        await host.DieWhileCommittingAsync(Session("two versions", "q", "two"));
        Assert.Equal(2, host.Files($"sessions/{id}").Count);

        await RecoverAsync();

        Assert.Equal(files, host.Files($"sessions/{id}"));
        var session = await host.InAsync<SessionStore, SessionDetail?>(store => store.OpenAsync(id, Cancel));
        Assert.Equal("one", session!.Messages[1].Content);
    }

    [Fact]
    public async Task A_version_that_was_committed_stays_and_the_one_before_it_goes()
    {
        var id = (await host.CommitAsync(Session("replaced", "q", "one"))).Ids[0];
        var old = BlobPath.Parse($"w/{Workspace}/sessions/{id}/{Assert.Single(host.Files($"sessions/{id}"))}");
        var bytes = await host.Get<IBlobStore>().ReadAsync(old, Cancel);
        await host.CommitAsync(Session("replaced", "q", "two"));
        var current = host.Files($"sessions/{id}");
        // As if the process had died right after the commit.
        await host.Get<IntentLog>().BeginAsync(Workspace, SessionCommits.IntentKind, [new IntentWrite(BlobPath.Parse($"w/{Workspace}/sessions/{id}/{current[0]}"), id.Value, 2, "")], null, Cancel);
        await host.Get<IBlobStore>().PutAsync([new BlobContent(old, bytes)], Cancel);

        await RecoverAsync();

        Assert.Equal(current, host.Files($"sessions/{id}"));
        Assert.Empty(host.Files("intents"));
    }

    [Fact]
    public async Task A_label_log_that_was_not_committed_goes_and_one_that_was_stays()
    {
        var id = (await host.CommitAsync(Session("label log", "q"))).Ids[0];
        await host.LabelAsync(new SessionFilter { Ids = [id] }, new LabelChange { EvalReady = true });
        var logs = host.Files("labels");
        var sequence = await host.InAsync<EvalMarketDbContext, long>(db => db.Workspaces.Where(row => row.Slug == Workspace).Select(row => row.LabelSequence).SingleAsync(Cancel));
        foreach (var number in new[] { sequence, sequence + 1 })
        {
            await host.Get<IntentLog>().BeginAsync(Workspace, SessionLabels.IntentKind, [new IntentWrite(LabelLog.PathOf(Workspace, number), Version: (int)number)], null, Cancel);
        }

        await host.Get<LabelLog>().AppendAsync(Workspace, sequence + 1, ["{}"u8.ToArray()], Cancel);
        Assert.Equal(logs.Count + 1, host.Files("labels").Count);

        await RecoverAsync();

        Assert.Equal(logs, host.Files("labels"));
    }

    [Fact]
    public async Task A_change_of_another_process_is_left_alone_until_its_lease_is_over()
    {
        await host.DieWhileCommittingAsync(Session("held", "q"));
        await host.NextLifeAsync("two");

        Assert.Equal(1, (await host.Get<Recovery>().RunAsync(Cancel)).Held);
        host.Clock.Advance(IntentLog.Lease + IntentLog.Grace);
        Assert.Equal(1, (await host.Get<Recovery>().RunAsync(Cancel)).Recovered);
        Assert.Empty(host.Files("intents"));
        await host.NextLifeAsync();
    }

    private async Task<RecoveryReport> RecoverAsync()
    {
        await host.NextLifeAsync();
        var report = await host.Get<Recovery>().RunAsync(Cancel);
        Assert.Empty(report.Problems);
        return report;
    }
}

using System.Text;
using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static EvalMarket.Core.Tests.Sessions.SessionsHost;

namespace EvalMarket.Core.Tests.Sessions;

public sealed class LabelHistoryTests : IAsyncLifetime
{
    private const string Ann = "ann@example.org";
    private const string Bo = "bo@example.org";

    private readonly SessionsHost host = new();
    private int added;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Each_change_is_told_with_its_author_and_what_it_changed_newest_first()
    {
        var ids = await AddAsync(2);
        await LabelAsync(ids[..1], new LabelChange { EvalReady = true }, Ann);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await LabelAsync(ids, new LabelChange { Status = Given(EvalStatus.Golden), Notes = Text("first"), AddTags = ["a"] }, Bo);
        await LabelAsync(ids[..1], new LabelChange { Notes = Text(null), AddTags = ["b"], RemoveTags = ["a"], ExpectedOutput = Text("42") }, Ann);

        var history = (await HistoryAsync(ids[0]))!.Items;

        Assert.Equal([3L, 2, 1], history.Select(entry => entry.Change));
        Assert.Equal([Ann, Bo, Ann], history.Select(entry => entry.By));
        Assert.Equal([1, 2, 1], history.Select(entry => entry.Sessions));
        Assert.Equal(TimeSpan.FromMinutes(1), history[1].At - history[2].At);
        Assert.Equal((LabelFields.EvalReady | LabelFields.Status, false, null, true, EvalStatus.NeedsReview), (history[2].Fields, history[2].Before.EvalReady, history[2].Before.Status, history[2].After.EvalReady, history[2].After.Status));
        Assert.Equal(LabelFields.Status | LabelFields.Notes | LabelFields.Tags, history[1].Fields);
        Assert.Equal((EvalStatus.NeedsReview, EvalStatus.Golden, null, "first"), (history[1].Before.Status, history[1].After.Status, history[1].Before.Notes, history[1].After.Notes));
        Assert.Equal(["a"], history[1].After.Tags);
        Assert.Equal(LabelFields.Notes | LabelFields.Tags | LabelFields.ExpectedOutput, history[0].Fields);
        Assert.Equal(("first", null, null, "42"), (history[0].Before.Notes, history[0].After.Notes, history[0].Before.ExpectedOutput, history[0].After.ExpectedOutput));
        Assert.Equal(["b"], history[0].After.Tags);
    }

    [Fact]
    public async Task More_tags_than_a_session_may_have_are_refused_for_all_and_change_nothing()
    {
        var ids = await AddAsync(2);
        await LabelAsync(ids[..1], new LabelChange { AddTags = [.. Enumerable.Range(0, 60).Select(i => $"a{i}")] }, Ann);
        var more = new LabelChange { AddTags = [.. Enumerable.Range(0, 60).Select(i => $"b{i}")], Notes = Text("not kept") };

        var outcome = await AsAsync<SessionLabels, Outcome<LabelResult>>(Ann, labels => labels.RecordAsync(new SessionFilter { Ids = ids }, more, null, Cancel));

        Assert.Equal("too_many_tags", Assert.IsType<Invalid>(outcome.Failure).Code);
        Assert.Single((await HistoryAsync(ids[0]))!.Items);
        Assert.Empty((await HistoryAsync(ids[1]))!.Items);
        Assert.Equal(2, (await ChangeAsync(ids, new LabelChange { AddTags = [.. Enumerable.Range(20, 80).Select(i => $"a{i}")] }, Ann)).Sessions);
        Assert.Equal(0, (await ChangeAsync(ids[..1], new LabelChange { AddTags = ["a1"] }, Ann)).Sessions);
    }

    [Fact]
    public async Task Pages_of_a_history_tell_the_same_as_the_whole()
    {
        var id = (await AddAsync(1))[0];
        foreach (var i in Enumerable.Range(0, 9))
            await LabelAsync([id], new LabelChange { Notes = i % 2 == 0 ? Text($"note {i}") : null, AddTags = i % 3 == 0 ? [$"t{i}"] : [], Status = Given(EvalStatuses.All[i % 4]) }, Ann);
        var whole = (await HistoryAsync(id))!.Items;

        var pages = new List<LabelHistoryEntry>();
        long? before = null;
        do
        {
            var page = (await host.InAsync<LabelHistory, LabelHistoryPage?>(history => history.ListAsync(id, before, 2, Cancel)))!;
            pages.AddRange(page.Items);
            before = page.Next;
        }
        while (before is not null);

        Assert.Equal(whole.Select(Words), pages.Select(Words));
        Assert.Null(await HistoryAsync(TypeId.New<SessionId>(host.Clock.GetUtcNow())));
    }

    [Fact]
    public async Task Taking_back_a_bulk_change_restores_each_session_and_can_be_taken_back_itself()
    {
        var ids = await AddAsync(5);
        await LabelAsync(ids[..2], new LabelChange { EvalReady = true, Status = Given(EvalStatus.Correct), Notes = Text("mine"), AddTags = ["x", "y"], ExpectedOutput = Text("e") }, Bo);
        await LabelAsync([ids[2]], new LabelChange { AddTags = ["z"] }, Bo);
        var before = await LabelsAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var change = await LabelAsync(ids, new LabelChange { EvalReady = true, Status = Given(EvalStatus.Golden), Notes = Text("bulk"), Tags = ["z", "bulk"], ExpectedOutput = Text(null) }, Ann);
        var after = await LabelsAsync();

        var undo = await UndoAsync(change, Ann);

        Assert.Equal((5, 0), (undo.Restored, undo.Kept));
        Assert.Equal(before, await LabelsAsync());
        Assert.Equal(change, (await HistoryAsync(ids[0]))!.Items[0].Undoes);

        var again = await UndoAsync(undo.Change!.Value, Ann);
        Assert.Equal((5, 0), (again.Restored, again.Kept));
        Assert.Equal(after, await LabelsAsync());
        await AssertRebuiltAsync();
    }

    [Fact]
    public async Task What_somebody_else_has_changed_since_stays_and_is_counted()
    {
        var ids = await AddAsync(4);
        var change = await LabelAsync(ids, new LabelChange { EvalReady = true, Status = Given(EvalStatus.Golden) }, Ann);
        await LabelAsync([ids[1]], new LabelChange { Status = Given(EvalStatus.Incorrect) }, Bo);
        await LabelAsync([ids[2]], new LabelChange { AddTags = ["own"] }, Ann);

        var undo = await UndoAsync(change, Ann);

        Assert.Equal((3, 1), (undo.Restored, undo.Kept));
        var rows = await RowsAsync(ids);
        Assert.Equal([null, EvalStatus.Incorrect, null, null], rows.Select(row => row.EvalStatus));
        Assert.Equal([false, true, false, false], rows.Select(row => row.EvalReady));
        Assert.Equal(["own"], rows[2].Tags.Select(tag => tag.Tag));
        // To Bo, it is Ann who has changed the other three since; his own label he may take back.
        var other = await UndoAsync(change, Bo);
        Assert.Equal((1, 3), (other.Restored, other.Kept));
        await AssertRebuiltAsync();
    }

    [Fact]
    public async Task Own_tags_that_came_later_survive_when_earlier_ones_are_taken_back()
    {
        var id = (await AddAsync(1))[0];
        await LabelAsync([id], new LabelChange { AddTags = ["old"] }, Ann);
        var change = await LabelAsync([id], new LabelChange { AddTags = ["wrong"], RemoveTags = ["old"] }, Ann);
        await LabelAsync([id], new LabelChange { AddTags = ["later"] }, Ann);

        await UndoAsync(change, Ann);

        Assert.Equal(["later", "old"], (await RowsAsync([id]))[0].Tags.Select(tag => tag.Tag));
        await AssertRebuiltAsync();
    }

    [Fact]
    public async Task An_eval_ready_session_keeps_a_status_when_its_label_is_taken_back()
    {
        var id = (await AddAsync(1))[0];
        var change = await LabelAsync([id], new LabelChange { Status = Given(EvalStatus.Golden) }, Ann);
        await LabelAsync([id], new LabelChange { EvalReady = true }, Ann);

        await UndoAsync(change, Ann);

        Assert.Equal((true, EvalStatus.NeedsReview), ((await RowsAsync([id]))[0] is var row ? (row.EvalReady, row.EvalStatus) : default));
    }

    [Fact]
    public async Task A_change_that_never_was_cannot_be_taken_back()
    {
        var outcome = await host.InAsync<SessionLabels, Outcome<LabelUndo>>(labels => labels.UndoAsync(99, null, Cancel));

        Assert.IsType<NotFound>(outcome.Failure);
    }

    [Fact]
    public async Task Taking_back_twice_changes_nothing_more()
    {
        var ids = await AddAsync(2);
        var change = await LabelAsync(ids, new LabelChange { EvalReady = true }, Ann);
        await UndoAsync(change, Ann);
        var files = host.Files("labels");

        var again = await UndoAsync(change, Ann);

        Assert.Equal(new LabelUndo(0, 0, null), again);
        Assert.Equal(files, host.Files("labels"));
    }

    [Fact]
    public async Task Deleted_sessions_are_passed_over()
    {
        var ids = await AddAsync(3);
        var change = await LabelAsync(ids, new LabelChange { EvalReady = true }, Ann);
        await host.InAsync<SessionDeletion>(deletion => deletion.DeleteAsync(ids[1], Cancel));

        var undo = await UndoAsync(change, Ann);

        Assert.Equal(2, undo.Restored);
        Assert.Equal(3, (await host.InAsync<LabelHistory, LabelChangeOverview?>(history => history.FindAsync(change, Cancel)))!.Sessions);
        await AssertRebuiltAsync();
    }

    [Fact]
    public async Task People_who_label_and_take_back_at_once_leave_an_index_that_the_files_agree_with()
    {
        var ids = await AddAsync(6);
        var first = await LabelAsync(ids, new LabelChange { EvalReady = true, Status = Given(EvalStatus.Golden) }, Ann);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => (i % 3) switch
        {
            0 => UndoAsync(first, Ann),
            1 => LabelAsync([ids[i % 6]], new LabelChange { Status = Given(EvalStatuses.All[i % 4]), AddTags = [$"t{i}"] }, Bo),
            _ => (Task)LabelAsync(ids, new LabelChange { Notes = Text($"note {i}") }, Ann),
        }));

        var changes = await host.InAsync<LabelHistory, IReadOnlyList<LabelChangeOverview>>(history => history.ListAsync(new LabelChangeFilter(), null, 100, Cancel));
        Assert.Equal(changes.Count, changes.Select(change => change.Number).Distinct().Count());
        await AssertRebuiltAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_changes_and_undos_survive_folding_and_give_the_same_index_when_it_is_rebuilt(int seed)
    {
        var random = new Random(seed);
        var ids = (await AddAsync(8)).ToList();
        var changes = new List<long>();
        for (var step = 0; step < 60; step++)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(random.Next(100)));
            var who = random.Next(2) == 0 ? Ann : Bo;
            switch (random.Next(10))
            {
                case 0 when ids.Count > 3:
                    var gone = ids[random.Next(ids.Count)];
                    ids.Remove(gone);
                    await host.InAsync<SessionDeletion>(deletion => deletion.DeleteAsync(gone, Cancel));
                    break;
                case 1:
                    ids.AddRange(await AddAsync(1));
                    break;
                case 2 or 3 when changes.Count > 0:
                    if ((await UndoAsync(changes[random.Next(changes.Count)], who)).Change is { } undo)
                        changes.Add(undo);
                    break;
                case 4:
                    await host.InAsync<LabelFolding, bool>(folding => folding.FoldAsync(random.Next(6), Cancel));
                    break;
                default:
                    var some = ids.Where(_ => random.Next(2) == 0).ToList();
                    var outcome = await ChangeAsync(some, RandomChange(random), who);
                    if (outcome.Change is { } change)
                        changes.Add(change);
                    break;
            }
        }

        await AssertRebuiltAsync();
        Assert.True(await host.InAsync<LabelFolding, bool>(folding => folding.FoldAsync(-1, Cancel)) || host.Files("labels").Count < 10);
        await AssertRebuiltAsync();
    }

    [Fact]
    public async Task Logs_that_an_earlier_version_folded_to_states_still_count()
    {
        var ids = await AddAsync(2);
        var message = (await host.InAsync<SessionStore, SessionDetail?>(store => store.OpenAsync(ids[1], Cancel)))!.Messages[0].Id!.Value;
        var fold = string.Join('\n',
            $$$"""{"at":"2026-01-01T00:00:00+00:00","by":"old@example.org","id":"{{{ids[0]}}}","state":{"eval_ready":true,"status":"golden","notes":"from before","tags":["old"],"reviewed_at":"2026-01-01T00:00:00+00:00","reviewed_by":"old@example.org"}}""",
            $$$"""{"at":"2026-01-01T00:00:00+00:00","by":"old@example.org","id":"{{{ids[1]}}}","message_id":"{{{message}}}","comment":"an old remark","sequence":3}""");
        await host.Get<IBlobStore>().PutAsync([new BlobContent(BlobPath.Parse($"w/{SessionsHost.Workspace}/labels/fold-000000000007.jsonl.gz"), ChunkCodec.Encode(fold.Split('\n').Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line))).File)], Cancel);
        await RebuildAsync();
        Assert.Equal((EvalStatus.Golden, "from before"), (await RowsAsync(ids))[0] is var row ? (row.EvalStatus, row.EvalNotes) : default);

        var change = await LabelAsync(ids, new LabelChange { Status = Given(EvalStatus.Incorrect), AddTags = ["new"] }, Ann);
        Assert.Equal(8, change);
        await LabelAsync(ids, new LabelChange { AddTags = ["newer"] }, Ann);
        await host.InAsync<LabelFolding, bool>(folding => folding.FoldAsync(1, Cancel));
        await AssertRebuiltAsync();

        await UndoAsync(9, Ann);
        await UndoAsync(change, Ann);
        row = (await RowsAsync(ids))[0];
        Assert.Equal((EvalStatus.Golden, "old@example.org"), (row.EvalStatus, row.ReviewedBy));
        Assert.Equal(["old"], row.Tags.Select(tag => tag.Tag));
    }

    [Fact]
    public async Task A_job_takes_back_a_large_change()
    {
        var ids = await AddAsync(3);
        var change = await LabelAsync(ids, new LabelChange { EvalReady = true }, Ann);
        var overview = (await host.InAsync<LabelHistory, LabelChangeOverview?>(history => history.FindAsync(change, Cancel)))!;
        var job = await host.InAsync<SessionBulkJob, Job>(jobs => jobs.EnqueueUndoAsync(overview, Cancel));

        var end = await host.InAsync<IServiceProvider, JobEnd>(services => ((IJobHandler)services.GetRequiredService<SessionBulkJob>())
            .RunAsync(new JobRun(services.GetRequiredService<EvalMarketDbContext>(), services.GetRequiredService<IServiceScopeFactory>(), job), Cancel));

        Assert.Equal(3, JsonDocument.Parse(end.Result!).RootElement.GetProperty("changed").GetInt32());
        Assert.All(await RowsAsync(ids), row => Assert.False(row.EvalReady));
    }

    private static Given<EvalStatus?>? Given(EvalStatus status) => new Given<EvalStatus?>(status);

    private static Given<string?>? Text(string? text) => new Given<string?>(text);

    private static LabelChange RandomChange(Random random)
    {
        string[] tags = ["a", "b", "c", "d"];
        return new LabelChange
        {
            EvalReady = random.Next(3) == 0 ? random.Next(2) == 0 : null,
            Status = random.Next(3) == 0 ? new Given<EvalStatus?>(random.Next(5) is var i && i < 4 ? EvalStatuses.All[i] : null) : default(Given<EvalStatus?>?),
            Notes = random.Next(4) == 0 ? Text(random.Next(3) == 0 ? null : $"note {random.Next(3)}") : default,
            ExpectedOutput = random.Next(4) == 0 ? Text(random.Next(3) == 0 ? null : $"expected {random.Next(3)}") : default,
            Tags = random.Next(8) == 0 ? [.. random.GetItems(tags, 2).Distinct()] : null,
            AddTags = random.Next(3) == 0 ? [random.GetItems(tags, 1)[0]] : [],
            RemoveTags = random.Next(5) == 0 ? [random.GetItems(tags, 1)[0]] : [],
        };
    }

    private static string Words(LabelHistoryEntry entry) =>
        $"{entry.Change} {entry.Fields} {entry.Before.EvalReady} {entry.Before.Status} {entry.Before.Notes} {string.Join(',', entry.Before.Tags)} → {entry.After.EvalReady} {entry.After.Status} {entry.After.Notes} {string.Join(',', entry.After.Tags)}";

    private async Task<SessionId[]> AddAsync(int count) =>
        [.. (await host.CommitAsync([.. Enumerable.Range(0, count).Select(_ => Session($"s{added++}", "question", "answer"))])).Ids];

    private async Task<LabelResult> ChangeAsync(IReadOnlyList<SessionId> ids, LabelChange change, string by)
    {
        var outcome = await AsAsync<SessionLabels, Outcome<LabelResult>>(by, labels => labels.RecordAsync(new SessionFilter { Ids = ids }, change, null, Cancel));
        return outcome.Succeeded(out var result, out var failure) ? result : throw new InvalidOperationException(failure.Message);
    }

    private async Task<long> LabelAsync(IReadOnlyList<SessionId> ids, LabelChange change, string by) =>
        (await ChangeAsync(ids, change, by)).Change ?? -1;

    private async Task<LabelUndo> UndoAsync(long change, string by)
    {
        var outcome = await AsAsync<SessionLabels, Outcome<LabelUndo>>(by, labels => labels.UndoAsync(change, null, Cancel));
        return outcome.Succeeded(out var undo, out var failure) ? undo : throw new InvalidOperationException(failure.Message);
    }

    private async Task<TResult> AsAsync<T, TResult>(string who, Func<T, Task<TResult>> action)
        where T : notnull
    {
        await using var scope = host.Get<IServiceScopeFactory>().CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(SessionsHost.Workspace, new Actor(who, null, null, Permissions.Of(WorkspaceRole.Reviewer)));
        return await action(scope.ServiceProvider.GetRequiredService<T>());
    }

    private Task<LabelHistoryPage?> HistoryAsync(SessionId id) => host.InAsync<LabelHistory, LabelHistoryPage?>(history => history.ListAsync(id, null, 100, Cancel));

    private async Task<IReadOnlyList<SessionRow>> RowsAsync(IReadOnlyList<SessionId> ids)
    {
        var rows = new List<SessionRow>();
        foreach (var id in ids)
            rows.Add((await host.InAsync<SessionDirectory, SessionRow?>(directory => directory.FindAsync(id, Cancel)))!);
        return rows;
    }

    /// <summary>The labels as the index has them, without their history.</summary>
    private async Task<List<string>> LabelsAsync() =>
        [.. (await host.DumpAsync()).Where(row => !row.Contains("\"sequence\"", StringComparison.Ordinal) && !row.StartsWith(SessionsHost.Workspace, StringComparison.Ordinal))];

    private async Task AssertRebuiltAsync()
    {
        var before = await host.DumpAsync();
        await RebuildAsync();
        Assert.Equal(before, await host.DumpAsync());
    }

    private async Task RebuildAsync()
    {
        foreach (var rebuilder in await host.InAsync<IEnumerable<IIndexRebuilder>, List<IIndexRebuilder>>(all => Task.FromResult(all.ToList())))
            await rebuilder.RebuildAsync(Cancel);
    }
}

using System.Text;
using System.Text.Json;
using EvalMarket.Core.Storage;

namespace EvalMarket.Core.Tests.Storage;

public sealed class IntentTests : StorageTest
{
    private const string Kind = "sessions.import";
    private static readonly BlobPath Folder = BlobPath.Parse("w/acme/sessions/ses_1");
    private readonly IntentGate gate = new();
    private readonly FakeRecovery handler = new();

    /// <summary>What the database would have: the committed (version, hash).</summary>
    private readonly Dictionary<string, (int Version, string Hash)> rows = [];

    [Fact]
    public async Task An_intent_is_a_file_from_its_beginning_to_its_end()
    {
        var log = Log("one");
        using var details = JsonDocument.Parse("""{"queue":"que_1"}""");

        var intent = await log.BeginAsync(Workspace, Kind, [new IntentWrite(Folder / "1-0123456789ab.json", "ses_1", 1, "0123456789ab")], details.RootElement, Cancel);

        var path = $"w/acme/intents/{intent.Id}.json";
        Assert.Equal([path], await PathsAsync());
        using var file = JsonDocument.Parse((await Store.ReadAsync(BlobPath.Parse(path), Cancel))!);
        Assert.Equal("one", file.RootElement.GetProperty("instance").GetString());
        Assert.Equal(Kind, file.RootElement.GetProperty("kind").GetString());
        Assert.Equal("""[{"path":"w/acme/sessions/ses_1/1-0123456789ab.json","subject":"ses_1","version":1,"hash":"0123456789ab"}]""", file.RootElement.GetProperty("writes").GetRawText());
        Assert.Equal("que_1", file.RootElement.GetProperty("details").GetProperty("queue").GetString());
        Assert.Equal(Clock.GetUtcNow() + IntentLog.Lease, file.RootElement.GetProperty("lease_until").GetDateTimeOffset());

        await log.EnsureHeldAsync(intent, Cancel);
        await log.CompleteAsync(intent, Cancel);
        Assert.Empty(await PathsAsync());
    }

    [Fact]
    public async Task Intents_are_listed_for_a_workspace_and_for_all()
    {
        var log = Log("one");
        var first = await log.BeginAsync("acme", Kind, [], null, Cancel);
        var second = await log.BeginAsync("umbrella", Kind, [], null, Cancel);

        Assert.Equal([first.Id], (await AllAsync(log.ListAsync("acme", Cancel))).Select(intent => intent.Id));
        Assert.Equal(new[] { first.Id, second.Id }.Order(StringComparer.Ordinal), (await AllAsync(log.ListAsync(null, Cancel))).Select(intent => intent.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Renewing_extends_the_lease_and_adds_writes()
    {
        var log = Log("one");
        var intent = await log.BeginAsync(Workspace, Kind, [new IntentWrite(Folder / "a")], null, Cancel);
        Clock.Advance(IntentLog.Lease / 2);

        var renewed = await log.RenewAsync(intent, [new IntentWrite(Folder / "b")], Cancel);

        var stored = Assert.Single(await AllAsync(log.ListAsync(Workspace, Cancel)));
        Assert.Equal(["a", "b"], stored.Writes.Select(write => write.Path.Name));
        Assert.Equal(Clock.GetUtcNow() + IntentLog.Lease, stored.LeaseUntil);
        Clock.Advance(IntentLog.Lease * 0.9);
        await log.EnsureHeldAsync(renewed, Cancel);
    }

    [Fact]
    public async Task A_change_that_took_too_long_may_neither_commit_nor_renew()
    {
        var log = Log("one");
        var intent = await log.BeginAsync(Workspace, Kind, [], null, Cancel);
        Clock.Advance(IntentLog.Lease);

        Assert.Equal(StorageFailure.LeaseLost, (await Assert.ThrowsAsync<StorageException>(() => log.EnsureHeldAsync(intent, Cancel))).Failure);
        Assert.Equal(StorageFailure.LeaseLost, (await Assert.ThrowsAsync<StorageException>(() => log.RenewAsync(intent, [], Cancel))).Failure);
    }

    [Fact]
    public async Task A_change_that_recovery_has_undone_may_not_commit()
    {
        var log = Log("one");
        var intent = await log.BeginAsync(Workspace, Kind, [], null, Cancel);
        await log.CompleteAsync(intent, Cancel);

        Assert.Equal(StorageFailure.LeaseLost, (await Assert.ThrowsAsync<StorageException>(() => log.EnsureHeldAsync(intent, Cancel))).Failure);
    }

    [Fact]
    public async Task After_a_crash_before_the_commit_the_document_goes()
    {
        await CrashAsync("one", committed: false);
        Clock.Advance(TimeSpan.FromSeconds(1));

        var report = await RecoverAsync(Log("one"));

        Assert.Equal(1, report.Recovered);
        Assert.Empty(report.Problems);
        Assert.Empty(await PathsAsync());
    }

    [Fact]
    public async Task After_a_crash_after_the_commit_the_document_stays()
    {
        var document = await CrashAsync("one", committed: true);
        Clock.Advance(TimeSpan.FromSeconds(1));

        var report = await RecoverAsync(Log("one"));

        Assert.Equal(1, report.Recovered);
        Assert.Equal([document.Blob.Path.Value], await PathsAsync());
    }

    [Fact]
    public async Task The_change_of_another_process_is_left_alone_until_its_lease_is_long_over()
    {
        await CrashAsync("one", committed: false);
        var two = Log("two");

        Assert.Equal((0, 1), await CountsAsync());
        Clock.Advance(IntentLog.Lease);
        Assert.Equal((0, 1), await CountsAsync());
        Clock.Advance(IntentLog.Grace);
        Assert.Equal((1, 0), await CountsAsync());
        Assert.Equal((0, 0), await CountsAsync());

        async Task<(int Recovered, int Held)> CountsAsync()
        {
            var report = await RecoverAsync(two);
            return (report.Recovered, report.Held);
        }
    }

    [Fact]
    public async Task A_change_that_this_process_is_making_is_left_alone()
    {
        var log = Log("one");
        Clock.Advance(TimeSpan.FromSeconds(1));
        await log.BeginAsync(Workspace, Kind, [new IntentWrite(Folder / "a")], null, Cancel);

        Assert.Equal(1, (await RecoverAsync(log)).Held);
        Assert.Empty(handler.Seen);
    }

    [Fact]
    public async Task A_kind_that_nobody_knows_is_reported_and_kept()
    {
        var intent = await Log("one").BeginAsync(Workspace, "from.the.future", [new IntentWrite(Folder / "a")], null, Cancel);
        Clock.Advance(TimeSpan.FromDays(1));

        var problem = Assert.Single((await RecoverAsync(Log("one"))).Problems);

        Assert.Contains("from.the.future", problem.Reason, StringComparison.Ordinal);
        Assert.Equal([$"w/acme/intents/{intent.Id}.json"], await PathsAsync());
    }

    [Fact]
    public async Task An_intent_without_writes_needs_nobody()
    {
        await Log("one").BeginAsync(Workspace, "from.the.future", [], null, Cancel);
        Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(1, (await RecoverAsync(Log("one"))).Recovered);
        Assert.Empty(await PathsAsync());
    }

    [Fact]
    public async Task One_that_fails_stays_and_does_not_keep_the_others_from_being_recovered()
    {
        var failing = await Log("one").BeginAsync(Workspace, Kind, [new IntentWrite(Folder / "fails", "ses_fails", 1, "0123456789ab")], null, Cancel);
        await CrashAsync("one", committed: false);
        await PutAsync(BlobPath.Parse("w/acme/intents/unreadable.json"), Utf8("{"));
        Clock.Advance(TimeSpan.FromDays(1));
        handler.FailsFor = "ses_fails";

        var report = await RecoverAsync(Log("one"));

        Assert.Equal(1, report.Recovered);
        Assert.Equal(
            new[] { $"w/acme/intents/{failing.Id}.json", "w/acme/intents/unreadable.json" }.Order(StringComparer.Ordinal),
            report.Problems.Select(problem => problem.Intent.Value).Order(StringComparer.Ordinal));
        Assert.Equal(report.Problems.Select(problem => problem.Intent.Value).Order(StringComparer.Ordinal), await PathsAsync());
    }

    [Fact]
    public async Task A_closed_gate_keeps_changes_from_beginning_and_an_entered_one_cannot_be_closed()
    {
        var log = Log("one");
        var closed = await gate.CloseAsync(Workspace, Cancel);
        var beginning = log.BeginAsync(Workspace, Kind, [], null, Cancel);
        await log.BeginAsync("umbrella", Kind, [], null, Cancel);
        Assert.False(beginning.IsCompleted);
        await closed.DisposeAsync();
        await beginning;

        var first = await gate.EnterAsync(Workspace, Cancel);
        var second = await gate.EnterAsync(Workspace, Cancel);
        var closing = gate.CloseAsync(Workspace, Cancel).AsTask();
        await first.DisposeAsync();
        Assert.False(closing.IsCompleted);
        await second.DisposeAsync();
        await (await closing).DisposeAsync();
    }

    [Fact]
    public async Task Giving_up_at_a_gate_leaves_it_as_it_was()
    {
        var entered = await gate.EnterAsync(Workspace, Cancel);
        using var source = new CancellationTokenSource();
        var closing = gate.CloseAsync(Workspace, source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => closing);
        await entered.DisposeAsync();

        await (await gate.CloseAsync(Workspace, Cancel)).DisposeAsync();
        await (await gate.EnterAsync(Workspace, Cancel)).DisposeAsync();
    }

    private IntentLog Log(string instance) => new(Store, gate, Clock, new InstanceName(instance));

    /// <summary>A change that writes its document and dies right before or after its commit.</summary>
    private async Task<Document> CrashAsync(string instance, bool committed)
    {
        var document = DocumentStore.Make(Folder, 1, Encoding.UTF8.GetBytes("{}"));
        await Log(instance).BeginAsync(Workspace, Kind, [new IntentWrite(document.Blob.Path, "ses_1", 1, document.Hash)], null, Cancel);
        await Store.PutAsync([document.Blob], Cancel);
        if (committed)
            rows["ses_1"] = (1, document.Hash);
        return document;
    }

    private Task<RecoveryReport> RecoverAsync(IntentLog log)
    {
        handler.Store = Store;
        handler.Rows = rows;
        return new Recovery(log, [handler]).RunAsync(Cancel);
    }

    private sealed class FakeRecovery : IIntentRecovery
    {
        public string Kind => IntentTests.Kind;

        public IBlobStore Store { get; set; } = null!;

        public Dictionary<string, (int Version, string Hash)> Rows { get; set; } = [];

        public string? FailsFor { get; set; }

        public List<Intent> Seen { get; } = [];

        public async Task RecoverAsync(Intent intent, CancellationToken cancellationToken)
        {
            Seen.Add(intent);
            foreach (var write in intent.Writes)
            {
                if (write.Subject == FailsFor)
                    throw new InvalidOperationException("The database is not there.");
                if (!Rows.TryGetValue(write.Subject!, out var row) || row != (write.Version, write.Hash))
                    await Store.DeleteAsync([write.Path], cancellationToken);
            }
        }
    }
}

using System.IO.Pipelines;
using System.Text;
using EvalMarket.Core.Annotation;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Tests.Sessions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EvalMarket.Core.Tests.Annotation;

public sealed class QueueTests : IAsyncLifetime
{
    private readonly SessionsHost host = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await host.InitializeAsync();
        await host.WithAsync(services => services.AddAnnotation());
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Reviewers_side_by_side_are_never_given_more_places_than_a_session_has_and_no_session_twice()
    {
        const int Sessions = 12;
        var queue = await QueueAsync(reviews: 2, sessions: Sessions);

        // Five people work the queue off at once, each taking what is next until nothing is left for them.
        var done = await Task.WhenAll(Enumerable.Range(0, 5).Select(person => Task.Run(() => WorkOffAsync(queue, $"p{person}@example.org"), Cancel)));

        var items = await ItemsAsync(queue);
        Assert.All(items, item => Assert.Equal((2, QueueItemState.Done), (item.Reviews, item.State)));
        Assert.Equal(Sessions * 2, done.Sum(sessions => sessions.Count));
        Assert.All(done, sessions => Assert.Equal(sessions.Count, sessions.Distinct().Count()));
    }

    [Fact]
    public async Task A_session_is_kept_for_whoever_was_given_it_until_that_is_over()
    {
        var queue = await QueueAsync(reviews: 1, sessions: 1, minutes: 10);
        var given = await NextAsync(queue, "ann");

        Assert.Equal(given, await NextAsync(queue, "ann"));
        Assert.Null(await NextAsync(queue, "bob"));
        var early = await ReviewAsync(queue, given!.Value, "bob", EvalStatus.Golden);
        Assert.Equal("reserved", early.Failure?.Code);

        host.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(given, await NextAsync(queue, "bob"));
        // Too late, as long as somebody else has it.
        Assert.Equal("reserved", (await ReviewAsync(queue, given.Value, "ann", EvalStatus.Golden)).Failure?.Code);
        Assert.Null((await ReviewAsync(queue, given.Value, "bob", EvalStatus.Golden)).Failure);
        Assert.Equal("review_closed", (await ReviewAsync(queue, given.Value, "ann", EvalStatus.Golden)).Failure?.Code);
    }

    [Fact]
    public async Task A_session_that_was_skipped_goes_to_others_and_can_still_be_opened_by_hand()
    {
        var queue = await QueueAsync(reviews: 1, sessions: 2);
        var first = await NextAsync(queue, "ann");
        var skipped = await As("ann").RunAsync<QueueReviews, Outcome<QueueItemRow>>(host, reviews => reviews.SkipAsync(queue, first!.Value, "Not my language", Cancel));

        Assert.Null(skipped.Failure);
        Assert.NotEqual(first, await NextAsync(queue, "ann"));
        Assert.Equal(first, await NextAsync(queue, "bob"));
        host.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null((await ReviewAsync(queue, first!.Value, "ann", EvalStatus.Correct)).Failure);
        var item = (await ItemsAsync(queue)).Single(row => row.SessionId == first);
        Assert.Equal((1, 0, QueueItemState.Done), (item.Reviews, item.Skips, item.State));
    }

    [Fact]
    public async Task What_agreeing_reviews_say_lands_on_the_session_and_its_history_in_one_step()
    {
        var queue = await QueueAsync(reviews: 2, sessions: 1);
        var session = (await ItemsAsync(queue)).Single().SessionId;
        await ReviewAsync(queue, session, "ann", EvalStatus.Golden, new QueueLabels { Status = EvalStatus.Golden, Notes = "good", Tags = ["a", "b"] });

        Assert.Null((await SessionAsync(session)).EvalStatus);
        await ReviewAsync(queue, session, "bob", EvalStatus.Golden, new QueueLabels { Status = EvalStatus.Golden, Tags = ["b", "a"], ExpectedOutput = "four" });

        var row = await SessionAsync(session);
        Assert.Equal((EvalStatus.Golden, "ann: good", "four", "bob"), (row.EvalStatus, row.EvalNotes, row.ExpectedOutput, row.ReviewedBy));
        Assert.Equal(["a", "b"], row.Tags.OrderBy(tag => tag.Ordinal).Select(tag => tag.Tag));
        var history = await host.InAsync<LabelHistory, LabelHistoryPage?>(labels => labels.ListAsync(session, null, 10, Cancel));
        Assert.Equal("bob", Assert.Single(history!.Items).By);
        var result = QueueJsonLines.ResultOf((await ItemsAsync(queue)).Single());
        Assert.Equal((QueueResult.ByAgreement, "bob", 1L), (result!.Via, result.By, result.Change));
    }

    [Fact]
    public async Task Reviews_that_differ_wait_for_a_decision_which_takes_one_of_them_or_says_something_else()
    {
        var queue = await QueueAsync(reviews: 2, sessions: 2);
        foreach (var item in await ItemsAsync(queue))
        {
            await ReviewAsync(queue, item.SessionId, "ann", EvalStatus.Golden);
            await ReviewAsync(queue, item.SessionId, "bob", EvalStatus.Incorrect);
        }

        var items = await ItemsAsync(queue);
        Assert.All(items, item => Assert.Equal(QueueItemState.Conflict, item.State));
        Assert.Null((await SessionAsync(items[0].SessionId)).EvalStatus);
        await DecideAsync(queue, items[0].SessionId, "bob", null);
        await DecideAsync(queue, items[1].SessionId, null, new QueueLabels { Status = EvalStatus.Correct, Notes = "In between" });
        Assert.Equal(EvalStatus.Incorrect, (await SessionAsync(items[0].SessionId)).EvalStatus);
        Assert.Equal((EvalStatus.Correct, "In between"), ((await SessionAsync(items[1].SessionId)).EvalStatus, (await SessionAsync(items[1].SessionId)).EvalNotes));

        // Decided anew, it lands again.
        await DecideAsync(queue, items[0].SessionId, "ann", null);
        Assert.Equal(EvalStatus.Golden, (await SessionAsync(items[0].SessionId)).EvalStatus);
        Assert.Equal("ann", QueueJsonLines.ResultOf((await ItemsAsync(queue))[0])!.Taken);
    }

    [Fact]
    public async Task A_flag_asks_for_a_decision_though_all_agree()
    {
        var queue = await QueueAsync(reviews: 1, sessions: 1);
        var session = (await ItemsAsync(queue)).Single().SessionId;

        await ReviewAsync(queue, session, "ann", EvalStatus.Golden, new QueueLabels { Status = EvalStatus.Golden, Flag = "Holds a real name" });

        var item = (await ItemsAsync(queue)).Single();
        Assert.Equal((QueueItemState.Conflict, true), (item.State, item.IsFlagged));
        Assert.Null((await SessionAsync(session)).EvalStatus);
    }

    [Fact]
    public async Task Of_a_blind_queue_others_reviews_are_hidden_until_a_session_has_all_of_them()
    {
        var queue = await QueueAsync(reviews: 2, sessions: 1);
        var session = (await ItemsAsync(queue)).Single().SessionId;
        await ReviewAsync(queue, session, "ann", EvalStatus.Golden);

        Assert.Equal(["ann"], await SeenAsync(queue, "ann"));
        Assert.Empty(await SeenAsync(queue, "bob"));
        Assert.DoesNotContain("golden", await ExportAsync(queue, "bob", "jsonl"), StringComparison.Ordinal);
        var row = await RowAsync(queue);
        Assert.Equal(0, (await As("bob").RunAsync<QueueAgreement, AgreementResult>(host, agreement => agreement.MeasureAsync(row, Cancel))).LeftOut);

        await ReviewAsync(queue, session, "bob", EvalStatus.Incorrect);
        Assert.Equal(["ann", "bob"], await SeenAsync(queue, "bob"));
        Assert.Contains("golden", await ExportAsync(queue, "bob", "jsonl"), StringComparison.Ordinal);
        // Now that they are seen, nobody comes round.
        Assert.Equal("review_closed", (await ReviewAsync(queue, session, "bob", EvalStatus.Golden)).Failure?.Code);
    }

    [Fact]
    public async Task The_export_has_a_line_for_each_session_and_a_csv_row_for_each_review_in_which_nothing_is_a_formula()
    {
        var queue = await QueueAsync(reviews: 1, sessions: 2);
        var items = await ItemsAsync(queue);
        await ReviewAsync(queue, items[0].SessionId, "ann", EvalStatus.Correct, new QueueLabels { Status = EvalStatus.Correct, Notes = "=1+1", Tags = ["a", "b"], ExpectedOutput = "two\n\"lines\"" });

        var csv = await ExportAsync(queue, "ann", "csv");
        var lines = (await ExportAsync(queue, "ann", "jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var (reviewed, waiting) = ((await SessionAsync(items[0].SessionId)).Title, (await SessionAsync(items[1].SessionId)).Title);
        Assert.Contains($"{items[0].SessionId},{reviewed},{reviewed},done,ann,correct,'=1+1,\"a, b\",\"two\n\"\"lines\"\"\",,,", csv, StringComparison.Ordinal);
        Assert.Contains($"{items[1].SessionId},{waiting},{waiting},waiting,,,", csv, StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
        Assert.Contains("\"result\":{\"status\":\"correct\",\"notes\":\"=1+1\"", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"reviews\":[],\"skips\":[],\"result\":null", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reindex_makes_the_same_rows_from_document_and_folded_log()
    {
        var queue = await QueueAsync(reviews: 2, sessions: 3);
        var items = await ItemsAsync(queue);
        await ReviewAsync(queue, items[0].SessionId, "ann", EvalStatus.Golden);
        await ReviewAsync(queue, items[0].SessionId, "bob", EvalStatus.Golden);
        await ReviewAsync(queue, items[1].SessionId, "ann", EvalStatus.Golden);
        await ReviewAsync(queue, items[1].SessionId, "bob", EvalStatus.Incorrect, new QueueLabels { Status = EvalStatus.Incorrect, Flag = "?" });
        await DecideAsync(queue, items[1].SessionId, "ann", null);
        await As("bob").RunAsync<QueueReviews, Outcome<QueueItemRow>>(host, reviews => reviews.SkipAsync(queue, items[2].SessionId, "Too long", Cancel));
        await host.InAsync<QueueChanges>(async changes => Assert.Null((await changes.ChangeAsync(queue, new QueueSettings { Name = "Renamed", Blind = false }, Cancel)).Failure));
        Assert.Equal(1, await host.InAsync<QueueFolding, int>(folding => folding.FoldAsync(2, Cancel)));
        var before = await DumpAsync();
        Assert.Equal(2, host.Files($"queues/{queue}").Count);

        foreach (var rebuilder in new[] { "sessions", "queues" })
        {
            await host.InAsync<IEnumerable<IIndexRebuilder>>(all => all.Single(each => each.Name == rebuilder).RebuildAsync(Cancel));
        }

        Assert.Equal(before, await DumpAsync());
    }

    [Fact]
    public async Task A_review_that_dies_before_its_commit_leaves_neither_review_nor_label()
    {
        var queue = await QueueAsync(reviews: 1, sessions: 1);
        var session = (await ItemsAsync(queue)).Single().SessionId;
        var before = await DumpAsync();
        var files = host.Files("");
        var fate = new DyingBlobStore.Fate { Folder = "/log/", Batches = 0 };
        await host.WithAsync(services => DyingBlobStore.Register(services, fate));

        // The label's log is written by then, the queue's is not.
        await Assert.ThrowsAsync<TimeoutException>(() => ReviewAsync(queue, session, "ann", EvalStatus.Golden));
        Assert.NotEqual(files, host.Files(""));
        fate.Batches = int.MaxValue;
        await host.NextLifeAsync();
        await host.Get<Recovery>().RunAsync(Cancel);

        Assert.Equal(files, host.Files(""));
        Assert.Equal(before, await DumpAsync());
        Assert.Null((await ReviewAsync(queue, session, "ann", EvalStatus.Golden)).Failure);
        Assert.Equal(EvalStatus.Golden, (await SessionAsync(session)).EvalStatus);
    }

    [Fact]
    public async Task The_sessions_that_items_of_a_dataset_are_linked_to_go_in_once_and_items_without_a_link_are_counted()
    {
        var queue = await QueueAsync(reviews: 1, sessions: 1);
        var there = (await ItemsAsync(queue)).Single().SessionId;
        var fresh = (await host.CommitAsync(SessionsHost.Session("fresh", "q", "a"))).Ids[0];
        var dataset = await host.InAsync<IServiceProvider, DatasetId>(async services =>
        {
            var made = await services.GetRequiredService<DatasetEditing>().CreateAsync(new NewDataset("Sums"), Cancel);
            Assert.True(made.Succeeded(out var view, out var failure), failure?.Message);
            ItemWrite[] items = [Item("a", fresh), Item("b", fresh), Item("c", there), Item("d", null), Item("e", TypeId.New<SessionId>(host.Clock.GetUtcNow()))];
            var written = await services.GetRequiredService<ItemWriting>().WriteAsync(view.Row.Id, items.ToAsyncEnumerable(), new ItemWriteOptions(), Cancel);
            Assert.Null(written.Failure);
            return view.Row.Id;
        });

        var imported = await host.InAsync<QueueImport, Outcome<QueueImportResult>>(import => import.AddLinkedAsync(queue, new QueueSource(dataset, []), null, Cancel));

        Assert.True(imported.Succeeded(out var result, out var refused), refused?.Message);
        Assert.Equal((1, 1, 1, 1), (result.Added, result.AlreadyThere, result.NotFound.Count, result.NotLinked.Count));
        Assert.Contains("not linked to a session", result.NotLinked.Reason, StringComparison.Ordinal);
        Assert.Equal([there, fresh], (await ItemsAsync(queue)).Select(item => item.SessionId));
        var nothing = await host.InAsync<QueueImport, Outcome<QueueImportResult>>(import => import.AddLinkedAsync(queue, new QueueSource(TypeId.New<DatasetId>(host.Clock.GetUtcNow()), []), null, Cancel));
        Assert.Equal("unknown_dataset", nothing.Failure?.Code);
        var elsewhere = await host.InAsync<QueueImport, Outcome<QueueImportResult>>(import => import.AddLinkedAsync(queue, new QueueSource(dataset, [TypeId.New<SectionId>(host.Clock.GetUtcNow())]), null, Cancel));
        Assert.Equal("unknown_section", elsewhere.Failure?.Code);

        // Taken back, only what it has put in goes, and only as long as nobody has said anything of it.
        var later = (await host.CommitAsync(SessionsHost.Session("later", "q", "a"))).Ids[0];
        var both = await host.InAsync<QueueImport, Outcome<QueueImportResult>>(import => import.AddAsync(queue, new SessionFilter { Ids = [later, there] }, null, Cancel));
        Assert.True(both.Succeeded(out var added, out _));
        Assert.Equal((1, 1), (added.Added, added.AlreadyThere));
        Assert.Null((await ReviewAsync(queue, fresh, "ann", EvalStatus.Golden)).Failure);
        Assert.Equal(new QueueImportUndo(0, 1), await UndoAsync(result.Import!.Value));
        Assert.Equal(new QueueImportUndo(1, 0), await UndoAsync(added.Import!.Value));
        Assert.Equal([there, fresh], (await ItemsAsync(queue)).Select(item => item.SessionId));

        async Task<QueueImportUndo?> UndoAsync(long import) =>
            (await host.InAsync<QueueImport, Outcome<QueueImportUndo>>(imports => imports.UndoAsync(queue, import, Cancel))).Succeeded(out var undone, out _) ? undone : null;

        static ItemWrite Item(string input, SessionId? session) => new()
        {
            Origin = session is null ? ItemOrigin.Manual : ItemOrigin.Clone,
            Item = new DatasetItem { Input = input, Source = session is { } linked ? new ItemSource(linked, []) : null },
        };
    }

    [Fact]
    public async Task Deleting_a_queue_takes_its_files_and_deleting_a_session_takes_it_out_of_its_queues()
    {
        var queue = await QueueAsync(reviews: 1, sessions: 2);
        var items = await ItemsAsync(queue);
        await ReviewAsync(queue, items[0].SessionId, "ann", EvalStatus.Golden);

        await host.InAsync<SessionDeletion>(async deletion => Assert.Null((await deletion.DeleteAsync(items[1].SessionId, Cancel)).Failure));
        Assert.Single(await ItemsAsync(queue));
        await host.InAsync<QueueChanges>(async changes => Assert.Null((await changes.DeleteAsync(queue, Cancel)).Failure));

        Assert.Empty(host.Files("queues"));
        Assert.Empty(host.Files("intents"));
        Assert.Empty(await ItemsAsync(queue));
        Assert.Equal(EvalStatus.Golden, (await SessionAsync(items[0].SessionId)).EvalStatus);
    }

    private static Reviewer As(string name) => new(name);

    private async Task<QueueId> QueueAsync(int reviews, int sessions, int minutes = 30)
    {
        await host.CommitAsync([.. Enumerable.Range(0, sessions).Select(number => SessionsHost.Session($"s{number}", "2+2", "4"))]);
        return await host.InAsync<IServiceProvider, QueueId>(async services =>
        {
            var made = await services.GetRequiredService<QueueChanges>().AddAsync(new QueueSettings { Name = "Sums", ReviewsPerSession = reviews, ReservationMinutes = minutes }, Cancel);
            Assert.True(made.Succeeded(out var row, out var failure), failure?.Message);
            var imported = await services.GetRequiredService<QueueImport>().AddAsync(row.Id, SessionFilter.All, null, Cancel);
            Assert.True(imported.Succeeded(out var result, out failure), failure?.Message);
            Assert.Equal(sessions, result.Added);
            return row.Id;
        });
    }

    private async Task<List<SessionId>> WorkOffAsync(QueueId queue, string reviewer)
    {
        var done = new List<SessionId>();
        while (await NextAsync(queue, reviewer) is { } session)
        {
            var outcome = await ReviewAsync(queue, session, reviewer, EvalStatus.Correct);
            Assert.Null(outcome.Failure);
            done.Add(session);
        }

        return done;
    }

    private Task<SessionId?> NextAsync(QueueId queue, string reviewer) =>
        As(reviewer).RunAsync<QueueReservations, SessionId?>(host, async reservations =>
            (await reservations.NextAsync(queue, null, Cancel)).Succeeded(out var turn, out var failure) ? turn.Item?.SessionId : throw new InvalidOperationException(failure.Message));

    private Task<Outcome<QueueItemRow>> ReviewAsync(QueueId queue, SessionId session, string reviewer, EvalStatus status, QueueLabels? labels = null) =>
        As(reviewer).RunAsync<QueueReviews, Outcome<QueueItemRow>>(host, reviews => reviews.ReviewAsync(queue, session, labels ?? new QueueLabels { Status = status }, Cancel));

    private Task DecideAsync(QueueId queue, SessionId session, string? take, QueueLabels? own) =>
        As("eve").RunAsync<QueueReviews, bool>(host, async reviews =>
        {
            Assert.Null((await reviews.DecideAsync(queue, session, take, own, Cancel)).Failure);
            return true;
        });

    private Task<List<QueueItemRow>> ItemsAsync(QueueId queue) => host.InAsync<EvalMarketDbContext, List<QueueItemRow>>(
        db => db.QueueItems.AsNoTracking().Where(row => row.QueueId == queue).OrderBy(row => row.Added).ThenBy(row => row.SessionId).ToListAsync(Cancel));

    private Task<SessionRow> SessionAsync(SessionId session) => host.InAsync<EvalMarketDbContext, SessionRow>(
        db => db.Sessions.AsNoTracking().Include(row => row.Tags).SingleAsync(row => row.Id == session, Cancel));

    private async Task<QueueRow> RowAsync(QueueId queue) => (await host.InAsync<QueueDirectory, QueueRow?>(directory => directory.FindAsync(queue, Cancel)))!;

    private async Task<List<string>> SeenAsync(QueueId queue, string by)
    {
        var row = await RowAsync(queue);
        return await As(by).RunAsync<QueueDirectory, List<string>>(host, async directory =>
            [.. (await directory.ListReviewsAsync(row, null, null, null, 10, Cancel)).Items.Select(review => review.Reviewer).Order(StringComparer.Ordinal)]);
    }

    private async Task<string> ExportAsync(QueueId queue, string by, string format)
    {
        var row = await RowAsync(queue);
        return await As(by).RunAsync<QueueExports, string>(host, async exports =>
        {
            using var stream = new MemoryStream();
            var writer = PipeWriter.Create(stream);
            await exports.WriteAsync(row, format, writer, Cancel);
            await writer.CompleteAsync();
            return Encoding.UTF8.GetString(stream.ToArray());
        });
    }

    private async Task<List<string>> DumpAsync()
    {
        await using var connection = new NpgsqlConnection(host.ConnectionString);
        await connection.OpenAsync(Cancel);
        var rows = new List<string>();
        foreach (var query in new[]
        {
            "SELECT (to_jsonb(t) - 'revision')::text FROM queues t ORDER BY id",
            "SELECT to_jsonb(t)::text FROM queue_items t ORDER BY queue_id, session_id",
            "SELECT to_jsonb(t)::text FROM queue_reviews t ORDER BY queue_id, session_id, reviewer",
        })
        {
            await using var command = new NpgsqlCommand(query, connection);
            await using var reader = await command.ExecuteReaderAsync(Cancel);
            while (await reader.ReadAsync(Cancel))
            {
                rows.Add(reader.GetString(0));
            }
        }

        return [.. rows, .. await host.DumpAsync()];
    }

    /// <summary>Somebody who may label.</summary>
    private sealed record Reviewer(string Name)
    {
        public Task<TResult> RunAsync<T, TResult>(SessionsHost host, Func<T, Task<TResult>> action)
            where T : notnull => host.InAsync(new Actor(Name, null, null, Permissions.Of(WorkspaceRole.Reviewer)), action);
    }
}

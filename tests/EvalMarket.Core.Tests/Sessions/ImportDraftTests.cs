using System.Text.Json;
using EvalMarket.Core.Data;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static EvalMarket.Core.Tests.Sessions.SessionsHost;

namespace EvalMarket.Core.Tests.Sessions;

public sealed class ImportDraftTests : IAsyncLifetime
{
    private readonly SessionsHost host = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Looking_through_files_says_what_an_import_would_bring_and_writes_nothing()
    {
        await host.CommitAsync(Session("here", "question", "answer"));
        var (rows, sessions, chunks) = (await host.DumpAsync(), host.Files("sessions"), host.Files("chunks"));
        var id = await BeginAsync(
            ("folder/a.jsonl", $"{Line("here", "gpt-x")}\n{Line("new", "gpt-x")}\n"),
            ("folder/b.jsonl", $"{Line("newer", "gpt-y")}\nnonsense\n{Line("new", "gpt-x")}\n"),
            ("diary.txt", "Dear diary"));

        var preview = (await CheckAsync(id)).Preview!;

        Assert.Equal((3, 1, 1), (preview.Sessions, preview.Present, preview.Repeated));
        Assert.Equal((4, 8), (preview.Turns, preview.Messages));
        Assert.Equal(["folder/a.jsonl", "folder/b.jsonl"], preview.Sources.Select(source => source.Name));
        Assert.Equal(2, Assert.Single(preview.Sources[1].Errors).Line);
        Assert.Equal(("diary.txt", true), (preview.LeftOut[0].Name, preview.LeftOut[0].IsRefused));
        Assert.Equal([("gpt-x", 3L), ("gpt-y", 1L)], preview.Models.Select(model => (model.Value, model.Count)));
        Assert.Equal([true, false, false, false], preview.Examples.Select(example => example.IsPresent));
        Assert.Equal(new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero), preview.From);
        Assert.Equal(rows, await host.DumpAsync());
        Assert.Equal((sessions.Count, chunks.Count), (host.Files("sessions").Count, host.Files("chunks").Count));
    }

    [Fact]
    public async Task A_draft_outlives_a_restart_and_is_imported_once_however_often_it_is_asked_for()
    {
        var id = await BeginAsync(("a.jsonl", Line("one")), ("b.jsonl", Line("two")));
        await CheckAsync(id);
        await host.NextLifeAsync();
        var draft = (await FindAsync(id))!;
        Assert.NotNull(draft.Preview);

        var first = await ImportAsync(id, draft.Upload.Fingerprint);
        var second = await ImportAsync(id, draft.Upload.Fingerprint);
        await WorkAsync(id);

        Assert.Equal((id, id), (first!.Id, second!.Id));
        Assert.Equal(2, Result((await FindAsync(id))!.Import!).GetProperty("created").GetInt64());
        Assert.Single(await host.InAsync<JobQueue, List<Job>>(queue => queue.ListAsync(null, 10, Cancel)));
        Assert.Empty(host.Files("uploads"));
        Assert.IsType<Conflict>((await AddAsync(id, "late", ("c.jsonl", Line("three")))).Failure);
    }

    [Fact]
    public async Task Numbers_that_no_index_could_add_up_are_cut_to_what_it_can_hold()
    {
        var huge = Session("huge", "question", "answer") with { PromptTokens = long.MaxValue, CompletionTokens = long.MaxValue, DurationMs = long.MaxValue, Cost = 1e20m };

        Assert.Equal(1, (await host.CommitAsync(huge)).Created);

        var row = (await host.InAsync<SessionDirectory, SessionPage>(directory => directory.ListAsync(SessionFilter.All, null, 1, Cancel))).Items[0];
        Assert.Equal(2_000_000_000_000, row.Tokens);
        Assert.Equal(1_000_000_000_000, row.DurationMs);
        Assert.Equal(999_999_999m, row.Cost);
        Assert.Equal(1, (await host.CommitAsync(huge)).Unchanged);
    }

    [Fact]
    public async Task What_an_import_brought_is_known_also_after_a_reindex_and_what_was_there_before_is_not_among_it()
    {
        await host.CommitAsync(Session("here", "question", "answer"));
        var id = await BeginAsync(("a.jsonl", $"{Line("here")}\n{Line("one")}\n{Line("two")}\n"));
        await CheckAsync(id);
        await ImportAsync(id, (await FindAsync(id))!.Upload.Fingerprint);
        await WorkAsync(id);
        var again = await BeginAsync(("a.jsonl", $"{Line("one")}\n{Line("three")}\n"));
        await CheckAsync(again);
        await ImportAsync(again, (await FindAsync(again))!.Upload.Fingerprint);
        await WorkAsync(again);
        Assert.Equal(("one two", "three"), (await BroughtAsync(id), await BroughtAsync(again)));

        foreach (var rebuilder in await host.InAsync<IEnumerable<IIndexRebuilder>, List<IIndexRebuilder>>(all => Task.FromResult(all.ToList())))
            await rebuilder.RebuildAsync(Cancel);

        Assert.Equal(("one two", "three"), (await BroughtAsync(id), await BroughtAsync(again)));
        var parts = await host.InAsync<SessionDirectory, IReadOnlyDictionary<JobId, ImportedPart>>(directory => directory.ImportsAsync([id, TypeId.New<JobId>(host.Clock.GetUtcNow())], Cancel));
        Assert.Equal(2, Assert.Single(parts).Value.Sessions);
    }

    [Fact]
    public async Task What_was_added_after_the_look_is_not_imported_unseen()
    {
        var id = await BeginAsync(("a.jsonl", Line("one")));
        var seen = (await CheckAsync(id)).Upload.Fingerprint;
        await AddAsync(id, "b", ("b.jsonl", Line("two")));

        var outcome = await host.InAsync<ImportDrafts, Outcome<Job>>(drafts => drafts.ImportAsync(id, seen, Cancel));

        Assert.Equal("files_changed", outcome.Failure!.Code);
        Assert.Null((await FindAsync(id))!.Preview);
        Assert.Equal(2, (await CheckAsync(id)).Preview!.Sessions);
    }

    [Fact]
    public async Task A_batch_whose_answer_got_lost_comes_again_without_coming_twice()
    {
        var id = await BeginAsync(("a.jsonl", Line("one")));

        await AddAsync(id, "0", ("a.jsonl", Line("one")), ("b.jsonl", Line("two")));

        Assert.Equal(["a.jsonl", "b.jsonl"], (await FindAsync(id))!.Upload.Files.Select(file => file.Name));
    }

    [Fact]
    public async Task A_draft_that_nobody_imports_is_gone_after_its_time()
    {
        var id = await BeginAsync(("a.jsonl", Line("one")));
        await CheckAsync(id);
        host.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(0, await CleanAsync());
        Assert.NotNull(await FindAsync(id));

        host.Clock.Advance(TimeSpan.FromHours(2));

        Assert.Null(await FindAsync(id));
        Assert.NotEqual(0, await CleanAsync());
        Assert.Empty(host.Files("uploads"));
    }

    [Fact]
    public async Task A_draft_that_is_thrown_away_leaves_nothing()
    {
        var id = await BeginAsync(("a.jsonl", Line("one")));
        await CheckAsync(id);

        Assert.Null(await host.InAsync<ImportDrafts, Failure?>(drafts => drafts.DiscardAsync(id, Cancel)));

        Assert.Null(await FindAsync(id));
        Assert.Empty(host.Files("uploads"));
    }

    [Fact]
    public async Task Every_bad_line_is_in_the_file_of_errors_also_those_that_are_only_counted()
    {
        var id = await BeginAsync(("bad.jsonl", Line("good") + "\n" + string.Concat(Enumerable.Repeat("{nonsense\n", ImportPreview.MaxErrors + 200))));

        var preview = (await CheckAsync(id)).Preview!;

        Assert.Equal((1, ImportPreview.MaxErrors + 200), (preview.Sessions, preview.ErrorCount));
        Assert.Equal(ImportPreview.MaxErrors, preview.Sources[0].Errors.Count);
        var lines = await host.InAsync<ImportDrafts, List<string>>(async drafts =>
        {
            using var reader = new StreamReader((await drafts.OpenErrorsAsync(id, Cancel))!);
            return [.. (await reader.ReadToEndAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        });
        Assert.Equal(ImportPreview.MaxErrors + 200, lines.Count);
        Assert.Equal(2, JsonDocument.Parse(lines[0]).RootElement.GetProperty("line").GetInt64());
    }

    [Fact]
    public async Task An_import_of_many_files_that_dies_in_the_middle_goes_on_in_the_file_and_at_the_line_where_it_was()
    {
        var fate = new DyingBlobStore.Fate();
        await host.WithAsync(services => DyingBlobStore.Register(services, fate));
        const int files = 4;
        const int each = 600;
        var id = await BeginAsync([.. Enumerable.Range(0, files).Select(file => (
            $"folder/{file}.jsonl",
            string.Concat(Enumerable.Range(0, each).Select(i => Line($"s-{file}-{i}") + "\n" + (i == each / 2 ? "nonsense\n" : "")))))]);
        await ImportAsync(id, (await CheckAsync(id)).Upload.Fingerprint);

        // Three batches of 500: the third is whole with the 300th session of the third file.
        fate.Batches = 3;
        await Assert.ThrowsAsync<TimeoutException>(() => RunAsync(id));
        fate.Batches = int.MaxValue;
        await host.NextLifeAsync();
        var checkpoint = JsonDocument.Parse((await FindAsync(id))!.Import!.Checkpoint!).RootElement;
        Assert.Equal((2, 300), (checkpoint.GetProperty("source").GetInt32(), checkpoint.GetProperty("records").GetInt64()));
        var result = JsonDocument.Parse((await RunAsync(id)).Result!).RootElement;

        Assert.Equal(files * each, result.GetProperty("created").GetInt64());
        Assert.Equal(0, result.GetProperty("updated").GetInt64() + result.GetProperty("unchanged").GetInt64());
        Assert.Equal(files, result.GetProperty("error_count").GetInt64());
        Assert.Equal(files * each, await host.InAsync<EvalMarketDbContext, int>(db => db.Sessions.CountAsync(Cancel)));
    }

    private static string Line(string externalId, string model = "gpt-x") => JsonSerializer.Serialize(new
    {
        external_id = externalId,
        model,
        created_at = "2026-02-03T04:05:06Z",
        messages = new[] { new { role = "user", content = $"Question of {externalId}" }, new { role = "assistant", content = "Answer" } },
    });

    private static JsonElement Result(Job job) => JsonDocument.Parse(job.Result!).RootElement;

    private async Task<JobId> BeginAsync(params IReadOnlyList<(string Name, string Content)> files)
    {
        var id = await host.InAsync<ImportDrafts, JobId>(drafts => drafts.BeginAsync(Cancel));
        Assert.Null((await AddAsync(id, "0", files)).Failure);
        return id;
    }

    private Task<Outcome<StagedUpload>> AddAsync(JobId id, string batch, params IReadOnlyList<(string Name, string Content)> files) =>
        host.InAsync<ImportDrafts, Outcome<StagedUpload>>(drafts => drafts.AddAsync(id, batch, Incoming(files), Cancel));

    private Task<ImportDraft?> FindAsync(JobId id) => host.InAsync<ImportDrafts, ImportDraft?>(drafts => drafts.FindAsync(id, Cancel));

    private async Task<ImportDraft> CheckAsync(JobId id)
    {
        var outcome = await host.InAsync<ImportDrafts, Outcome<ImportDraft>>(drafts => drafts.CheckAsync(id, Cancel));
        return outcome.Succeeded(out var draft, out var failure) ? draft : throw new InvalidOperationException(failure.Message);
    }

    private async Task<Job?> ImportAsync(JobId id, string fingerprint)
    {
        var outcome = await host.InAsync<ImportDrafts, Outcome<Job>>(drafts => drafts.ImportAsync(id, fingerprint, Cancel));
        return outcome.Succeeded(out var job, out _) ? job : null;
    }

    private Task<string> BroughtAsync(JobId import) => host.InAsync<SessionDirectory, string>(async directory =>
        string.Join(' ', (await directory.ListAsync(new SessionFilter { Imports = [import] }, null, 10, Cancel)).Items.Select(row => row.ExternalId).Order(StringComparer.Ordinal)));

    private Task<int> CleanAsync() => host.InAsync<UploadCleaning, int>(cleaning => cleaning.CleanAsync(Cancel));

    private async Task WorkAsync(JobId id)
    {
        var worker = host.Worker();
        await worker.StartAsync(Cancel);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await FindAsync(id))!.Import!.FinishedAt is null)
            await Task.Delay(20, patience.Token);
        await worker.StopAsync(Cancel);
    }

    /// <summary>Does the job without the worker, which would hide what it throws.</summary>
    private Task<JobEnd> RunAsync(JobId id) => host.InAsync<IServiceProvider, JobEnd>(async services =>
    {
        var db = services.GetRequiredService<EvalMarketDbContext>();
        var job = (await services.GetRequiredService<JobQueue>().FindAsync(id, Cancel))!;
        return await services.GetRequiredService<SessionImportJob>().RunAsync(new JobRun(db, services.GetRequiredService<IServiceScopeFactory>(), job), Cancel);
    });
}

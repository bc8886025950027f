using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Tests.Sessions;

/// <summary>What is counted in memory is what the rows say, after whatever was done to them.</summary>
public sealed class SessionCountTests : IAsyncLifetime
{
    private static readonly string[] Words = ["alpha", "beta", "gamma"];

    private readonly SessionsHost host = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Counts_and_facets_are_right_after_every_import_label_undo_and_deletion(int seed)
    {
        var random = new Random(seed);
        await CheckAsync(random);
        for (var step = 0; step < 25; step++)
        {
            await ChangeAsync(random, step);
            await CheckAsync(random);
        }
    }

    [Fact]
    public async Task What_another_process_changed_is_counted_too()
    {
        await host.CommitAsync(Made(new Random(1), 1), Made(new Random(2), 2));
        Assert.Equal(2, (await TotalAsync(SessionFilter.All)).Number);

        // The row says nothing of who wrote it: this is a change past the memory of this process.
        await host.InAsync<EvalMarketDbContext>(async db =>
        {
            await db.LockWorkspaceAsync(SessionsHost.Workspace, Cancel);
            var revision = await db.RevisionAsync(SessionsHost.Workspace, Cancel);
            await db.Sessions.ExecuteUpdateAsync(set => set.SetProperty(row => row.Source, "elsewhere").SetProperty(row => row.Revision, revision), Cancel);
        });
        Assert.Equal(2, (await TotalAsync(new SessionFilter { Sources = ["elsewhere"] })).Number);
    }

    [Fact]
    public async Task A_note_of_a_deletion_goes_after_some_days_and_the_counts_stay_right()
    {
        await host.CommitAsync(Made(new Random(1), 1), Made(new Random(2), 2));
        Assert.Equal(2, (await TotalAsync(SessionFilter.All)).Number);
        await host.InAsync<SessionDeletion>(deletion => deletion.DeleteAsync(new SessionFilter { Query = "number1" }, null, Cancel));

        host.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(1, await host.InAsync<SessionDeletion, int>(deletion => deletion.ForgetAsync(Cancel)));
        Assert.Equal(1, (await TotalAsync(SessionFilter.All)).Number);
    }

    private Task<SessionTotal> TotalAsync(SessionFilter filter) => host.InAsync<SessionDirectory, SessionTotal>(directory => directory.TotalAsync(filter, Cancel));

    private static Session Made(Random random, int number) => SessionsHost.Session($"s{number}", $"number{number} {Word(random)}", "Yes.") with
    {
        Source = random.Next(3) == 0 ? null : Word(random),
        Author = Word(random),
        Project = random.Next(4) == 0 ? null : Word(random),
        Model = Word(random),
        CreatedAt = new DateTimeOffset(2026, 1, 1 + random.Next(20), 0, 0, 0, TimeSpan.Zero),
    };

    private static string Word(Random random) => Words[random.Next(Words.Length)];

    private async Task ChangeAsync(Random random, int step)
    {
        switch (random.Next(6))
        {
            case 0 or 1:
                await host.CommitAsync([.. Enumerable.Range(0, 5).Select(_ => random.Next(40)).Distinct().Select(number => Made(random, number))]);
                break;
            case 2:
                await host.LabelAsync(Wanted(random), new LabelChange { EvalReady = random.Next(2) == 0 ? null : true, Status = new Given<EvalStatus?>((EvalStatus)(1 + random.Next(4))), Notes = new Given<string?>($"{step}") });
                break;
            case 3:
                await host.LabelAsync(Wanted(random), new LabelChange { AddTags = [Word(random)], RemoveTags = [Word(random)] });
                break;
            case 4:
                var last = await host.InAsync<EvalMarketDbContext, long?>(db => db.LabelChanges.Select(row => (long?)row.Sequence).MaxAsync(Cancel));
                await host.InAsync<SessionLabels>(labels => labels.UndoAsync(last ?? 0, null, Cancel));
                break;
            default:
                await host.InAsync<SessionDeletion>(deletion => deletion.DeleteAsync(new SessionFilter { Query = $"number{random.Next(40)}" }, null, Cancel));
                break;
        }
    }

    private static SessionFilter Wanted(Random random) => new()
    {
        Sources = random.Next(4) == 0 ? [Word(random), "nowhere"] : [],
        Authors = random.Next(4) == 0 ? [Word(random)] : [],
        Projects = random.Next(4) == 0 ? [Word(random), Word(random)] : [],
        Models = random.Next(4) == 0 ? [Word(random)] : [],
        Tags = random.Next(4) == 0 ? [Word(random)] : [],
        EvalReady = random.Next(4) == 0 ? random.Next(2) == 0 : null,
        Statuses = random.Next(4) == 0 ? [EvalStatus.Golden, EvalStatus.NeedsReview] : [],
        Unlabelled = random.Next(6) == 0,
        From = random.Next(4) == 0 ? new DateTimeOffset(2026, 1, 5, 0, 0, 0, TimeSpan.Zero) : null,
        To = random.Next(4) == 0 ? new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero) : null,
        Query = random.Next(5) == 0 ? Word(random) : null,
    };

    private async Task CheckAsync(Random random)
    {
        for (var i = 0; i < 8; i++)
        {
            var filter = i == 0 ? SessionFilter.All : Wanted(random);
            await host.InAsync<SessionDirectory>(async directory =>
            {
                var rows = await directory.ListAsync(filter, null, 1_000, Cancel);
                Assert.Equal(new SessionTotal(await directory.CountAsync(filter, Cancel), false), await directory.TotalAsync(filter, Cancel));
                var counts = await directory.CountByStatusAsync(filter, Cancel);
                Assert.Equal(rows.Items.Count(row => row.EvalReady), counts.EvalReady);
                Assert.All(EvalStatuses.All, status => Assert.Equal(rows.Items.Count(row => row.EvalStatus == status), counts.Of(status)));
                Assert.Equal(Counted(rows.Items.Select(row => row.Project)), await directory.FacetAsync(SessionFacet.Project, filter, 50, Cancel));
                Assert.Equal(Counted(rows.Items.SelectMany(row => row.Tags).Select(tag => tag.Tag)), await directory.FacetAsync(SessionFacet.Tag, filter, 50, Cancel));
                Assert.Equal(
                    Counted(rows.Items.Select(row => row.Author)).Where(value => value.Value.Contains("ET", StringComparison.OrdinalIgnoreCase)),
                    (await directory.FacetAsync(SessionFacet.Author, filter, "ET", 50, Cancel)).Items);
            });
        }
    }

    private static IEnumerable<FacetValue> Counted(IEnumerable<string?> values) => values.OfType<string>()
        .GroupBy(value => value).Select(group => new FacetValue(group.Key, group.LongCount()))
        .OrderByDescending(value => value.Count).ThenBy(value => value.Value, StringComparer.Ordinal);
}

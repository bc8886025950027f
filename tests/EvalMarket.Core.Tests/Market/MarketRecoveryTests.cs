using System.Text;
using EvalMarket.Core.Assets;
using EvalMarket.Core.Audit;
using EvalMarket.Core.Data;
using EvalMarket.Core.Market;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Tests.Sessions;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Tests.Market;

/// <summary>What a process leaves that dies in the middle of a bundle, a publication or a grading.</summary>
public sealed class MarketRecoveryTests : IAsyncLifetime
{
    private const string Tasks = """[{"task_id":"a","task_prompt":"1+1?","reference_file":""},{"task_id":"b","task_prompt":"2+2?","reference_file":""}]""";

    private const string Answers = """
        [{"task_id":"a","answer":2,"passThreshold":100,"criteria":[{"id":"c","name":"Sum","type":"numeric","description":"","weight":100}]},
         {"task_id":"b","answer":4,"passThreshold":100,"criteria":[{"id":"c","name":"Sum","type":"numeric","description":"","weight":100}]}]
        """;

    private readonly SessionsHost host = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await host.InitializeAsync();
        await host.WithAsync(services =>
        {
            services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
            services.AddScoped<AuditTrail>().AddScoped<AssetStore>().AddMarket();
        });
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_bundle_that_was_not_committed_is_none_and_its_upload_can_be_kept_after_the_next_start()
    {
        // The draft is the first write, the document of the version the second.
        await DieAsync("/bundles/", after: 1);
        var draft = await DraftAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => KeepAsync(draft));
        await LiveAsync();

        Assert.Equal(1, await RecoverAsync());

        Assert.Empty(await host.InAsync<BundleStore, List<BundleRow>>(bundles => bundles.ListAsync(null, 10, Cancel)));
        Assert.Equal(["draft.json", "tasks.json"], host.Files($"bundles/{draft.Bundle}/{draft.Upload}"));
        var kept = await KeepAsync(draft);
        Assert.Equal((1, 2), (kept.Version, kept.TaskCount));
        Assert.DoesNotContain("draft.json", host.Files($"bundles/{draft.Bundle}/{draft.Upload}"));
    }

    [Fact]
    public async Task A_version_of_a_bundle_that_was_not_committed_gives_way_to_the_one_that_was()
    {
        var bundle = await KeepAsync(await DraftAsync());
        var files = host.Files($"bundles/{bundle.Id}");
        var stray = BlobPath.Parse($"w/{SessionsHost.Workspace}/bundles/{bundle.Id}/2-0123456789ab.json");
        await host.Get<IntentLog>().BeginAsync(SessionsHost.Workspace, BundleCommits.IntentKind, [new IntentWrite(stray, bundle.Id.Value, 2, "0123456789ab")], null, Cancel);
        await host.Get<IBlobStore>().PutAsync([new BlobContent(stray, "{}"u8.ToArray())], Cancel);

        await RecoverAsync();

        Assert.Equal(files, host.Files($"bundles/{bundle.Id}"));
        Assert.Empty(host.Files("intents"));
    }

    [Fact]
    public async Task A_publication_that_was_not_committed_leaves_the_draft_and_nothing_in_the_market()
    {
        var listing = await ListAsync(ListingStatus.Draft);
        await DieAsync("market/", after: 0);
        await Assert.ThrowsAsync<TimeoutException>(() => PublishAsync(listing.Slug));
        await LiveAsync();

        Assert.Equal(1, await RecoverAsync());

        Assert.Empty(await host.Get<IBlobStore>().ListAsync("market/", Cancel).ToListAsync(Cancel));
        await PublishAsync(listing.Slug);
        Assert.NotEmpty(await host.Get<IBlobStore>().ListAsync($"market/{listing.Id}/1/", Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Responses_that_were_not_taken_in_go_and_those_that_were_are_graded_after_the_next_start()
    {
        var listing = await ListAsync(ListingStatus.Published);
        var lost = TypeId.New<SubmissionId>(host.Clock.GetUtcNow());
        var path = SubmissionFiles.ResponsesOf(SessionsHost.Workspace, lost);
        await host.Get<IntentLog>().BeginAsync(SessionsHost.Workspace, MarketSubmissions.IntentKind, [new IntentWrite(path, lost.Value)], null, Cancel);
        await host.Get<IBlobStore>().PutAsync([new BlobContent(path, "[]"u8.ToArray())], Cancel);
        var sent = await SubmitAsync(listing);
        await DieAsync("/submissions/", after: 0);
        await Assert.ThrowsAsync<TimeoutException>(() => host.InAsync<SubmissionGrading, Failure?>(grading => grading.GradeAsync(sent.Id, null, Cancel)));
        await LiveAsync();

        Assert.Equal(2, await RecoverAsync());

        Assert.Equal(["responses.json"], host.Files($"submissions/{sent.Id}"));
        Assert.Empty(host.Files($"submissions/{lost}"));
        host.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(1, await host.InAsync<SubmissionResuming, int>(resuming => resuming.ResumeAsync(Cancel)));
        await host.InAsync<SubmissionGrading>(async grading => Assert.Null(await grading.GradeAsync(sent.Id, null, Cancel)));
        var report = await host.InAsync<SubmissionReports, SubmissionView?>(reports => reports.OpenAsync(sent.Id, Cancel));
        Assert.Equal((SubmissionStatus.Completed, 50m), (report!.Row.Status, report.Score));
        Assert.Equal(1, await host.InAsync<EvalMarketDbContext, int>(db => db.Submissions.CountAsync(Cancel)));
    }

    private async Task<BundleDraft> DraftAsync() => await host.InAsync<BundleDrafts, BundleDraft>(async drafts =>
    {
        var draft = Taken(await drafts.BeginAsync(null, "Sums", Cancel));
        foreach (var (part, json) in new[] { (BundlePart.Tasks, Tasks), (BundlePart.Answers, Answers) })
        {
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(json));
            Assert.Null(await drafts.PutAsync(draft, part, content, Cancel));
        }

        return draft;
    });

    private Task<BundleRow> KeepAsync(BundleDraft draft) => host.InAsync<BundleCommits, BundleRow>(async commits => Taken(await commits.CommitAsync(draft, Cancel)).Row);

    private async Task<ListingRow> ListAsync(ListingStatus status)
    {
        var bundle = await KeepAsync(await DraftAsync());
        return await host.InAsync<ListingCommits, ListingRow>(async commits => Taken(await commits.CreateAsync(new NewListing { BundleId = bundle.Id, Slug = "sums", Page = new ListingPage { Title = "Sums" }, Status = status }, Cancel)));
    }

    private Task PublishAsync(string slug) => host.InAsync<ListingCommits>(async commits => Taken(await commits.ChangeAsync(slug, new ListingChange { Status = ListingStatus.Published }, Cancel)));

    private Task<SubmissionRow> SubmitAsync(ListingRow listing) => host.InAsync<MarketSubmissions, SubmissionRow>(async submissions =>
    {
        using var content = new MemoryStream("""[{"task_id":"a","model_response":"2"},{"task_id":"b","model_response":"5"}]"""u8.ToArray());
        return Taken(await submissions.SubmitAsync(listing, new NewSubmission(null, null), content, Cancel));
    });

    private static T Taken<T>(Outcome<T> outcome)
        where T : notnull => outcome.Succeeded(out var value, out var failure) ? value : throw new InvalidOperationException(failure.Message);

    /// <summary>The process dies when it is to write into the folder for the nth time from now on.</summary>
    private Task DieAsync(string folder, int after) => host.WithAsync(services => DyingBlobStore.Register(services, new DyingBlobStore.Fate { Folder = folder, Batches = after }));

    /// <summary>The next life has a store that works.</summary>
    private Task LiveAsync() => host.WithAsync(services => services.Remove(services.Last(service => service.ServiceType == typeof(IBlobStore))));

    private async Task<int> RecoverAsync()
    {
        await host.NextLifeAsync();
        var report = await host.Get<Recovery>().RunAsync(Cancel);
        Assert.Empty(report.Problems);
        return report.Recovered;
    }
}

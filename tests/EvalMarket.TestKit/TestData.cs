using EvalMarket.Core.Accounts;
using EvalMarket.Core;
using EvalMarket.Core.Annotation;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Links;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.TestKit;

/// <summary>Makes people, workspaces and keys, each with a name of its own.</summary>
public sealed class TestData(TestApp app)
{
    public const string Password = "correct horse battery";

    private static int number;

    public async Task<TestPerson> PersonAsync()
    {
        await using var scope = app.Services.CreateAsyncScope();
        var email = $"person{Interlocked.Increment(ref number)}@example.org";
        var now = app.Time.GetUtcNow();
        var user = new User { Id = Guid.CreateVersion7(now), UserName = email, Email = email, EmailConfirmed = true, CreatedAt = now };
        var result = await scope.ServiceProvider.GetRequiredService<UserManager<User>>().CreateAsync(user, Password);
        return result.Succeeded ? new TestPerson(user.Id, email) : throw new InvalidOperationException(string.Join(' ', result.Errors.Select(error => error.Description)));
    }

    /// <summary>A workspace; its slug is the answer.</summary>
    public async Task<string> WorkspaceAsync(TestPerson owner)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var slug = $"workspace-{Interlocked.Increment(ref number)}";
        var made = await scope.ServiceProvider.GetRequiredService<WorkspaceService>()
            .CreateAsync(new NewWorkspace(slug, $"Workspace {slug}"), owner.Id, owner.Email, CancellationToken.None);
        return made.Succeeded(out _, out var failure) ? slug : throw new InvalidOperationException(failure.Message);
    }

    /// <summary>A workspace of somebody new.</summary>
    public async Task<string> WorkspaceAsync() => await WorkspaceAsync(await PersonAsync());

    public Task MemberAsync(string slug, TestPerson person, WorkspaceRole role) => app.InWorkspaceAsync(slug, async services =>
    {
        var database = services.GetRequiredService<EvalMarketDbContext>();
        database.Memberships.Add(new Membership { Workspace = slug, UserId = person.Id, Role = role, JoinedAt = app.Time.GetUtcNow() });
        return await database.SaveChangesAsync();
    });

    public Task<NewApiKey> KeyAsync(string slug, ApiKeyScopes scopes = ApiKeyScopes.All, DateTimeOffset? expiresAt = null) =>
        app.InWorkspaceAsync(slug, async services =>
        {
            var made = await services.GetRequiredService<ApiKeyService>().CreateAsync($"key {Interlocked.Increment(ref number)}", scopes, expiresAt, CancellationToken.None);
            return made.Succeeded(out var key, out var failure) ? key : throw new InvalidOperationException(failure.Message);
        });

    /// <summary>The index entry of a session without messages.</summary>
    public Task<SessionId> SessionRowAsync(string slug) => app.InWorkspaceAsync(slug, async services =>
    {
        var database = services.GetRequiredService<EvalMarketDbContext>();
        var now = app.Time.GetUtcNow();
        var row = new SessionRow
        {
            Workspace = slug, Id = TypeId.New<SessionId>(now), Version = 1, Hash = "000000000000", Title = "A session", Chunks = "[]",
            CreatedAt = now, UpdatedAt = now, ImportedAt = now,
        };
        database.Sessions.Add(row);
        database.SetSearchWords(row, ["session"]);
        await database.SaveChangesAsync();
        return row.Id;
    });

    /// <summary>A dataset with a section, an item and a public link to it.</summary>
    public Task<TestDataset> DatasetAsync(string slug) => app.InWorkspaceAsync(slug, async services =>
    {
        var dataset = Of(await services.GetRequiredService<DatasetEditing>().CreateAsync(new NewDataset("A dataset"), CancellationToken.None));
        var item = new ItemWrite { Item = new DatasetItem { Input = "2+2?", Output = "4" }, Origin = ItemOrigin.Api };
        var written = Of(await services.GetRequiredService<ItemWriting>().WriteAsync(dataset.Id, new[] { item }.ToAsyncEnumerable(), new ItemWriteOptions(), CancellationToken.None));
        var link = Of(await services.GetRequiredService<PublicLinks>().CreateAsync(dataset.Id, written.Ids[0], CancellationToken.None));
        return new TestDataset(dataset.Id, dataset.Sections[0].Id, written.Ids[0], link.Link.Id, link.Token);

        static T Of<T>(Outcome<T> outcome)
            where T : notnull => outcome.Succeeded(out var result, out var failure) ? result : throw new InvalidOperationException(failure.Message);
    });

    /// <summary>Files that wait to be imported.</summary>
    public Task<JobId> ImportDraftAsync(string slug) => app.InWorkspaceAsync(slug, async services =>
    {
        var drafts = services.GetRequiredService<ImportDrafts>();
        var id = await drafts.BeginAsync(CancellationToken.None);
        using var content = new MemoryStream("""{"messages":[{"role":"user","content":"2+2"},{"role":"assistant","content":"4"}]}"""u8.ToArray());
        await drafts.AddAsync(id, "0", new[] { new IncomingFile("sums.jsonl", content) }.ToAsyncEnumerable(), CancellationToken.None);
        await drafts.CheckAsync(id, CancellationToken.None);
        return id;
    });

    /// <summary>A view that the whole workspace has.</summary>
    public async Task<SavedViewId> SavedViewAsync(string slug)
    {
        var owner = await PersonAsync();
        return await app.InWorkspaceAsync(slug, async services =>
        {
            var database = services.GetRequiredService<EvalMarketDbContext>();
            var now = app.Time.GetUtcNow();
            var row = new SavedView
            {
                Workspace = slug, Id = TypeId.New<SavedViewId>(now), Name = "A view", IsEvals = false, Query = "", IsShared = true, OwnerId = owner.Id, CreatedAt = now,
            };
            database.SavedViews.Add(row);
            await database.SaveChangesAsync();
            return row.Id;
        });
    }

    /// <summary>A change of labels, the next of the workspace.</summary>
    public Task LabelAsync(string slug, SessionId session) => app.InWorkspaceAsync(slug, async services =>
    {
        var outcome = await services.GetRequiredService<SessionLabels>().RecordAsync(new SessionFilter { Ids = [session] }, new LabelChange { EvalReady = true }, null, CancellationToken.None);
        return outcome.Succeeded(out var result, out var failure) ? result : throw new InvalidOperationException(failure.Message);
    });

    /// <summary>A bundle of one task.</summary>
    public Task<BundleId> BundleAsync(string slug) => app.InWorkspaceAsync(slug, async services =>
    {
        var drafts = services.GetRequiredService<BundleDrafts>();
        if (!(await drafts.BeginAsync(null, "A bundle", CancellationToken.None)).Succeeded(out var draft, out var failure))
            throw new InvalidOperationException(failure.Message);
        await PutAsync(BundlePart.Tasks, """[{"task_id":"t1","task_prompt":"2+2?","reference_file":""}]""");
        await PutAsync(BundlePart.Answers, """[{"task_id":"t1","answer":"4","reference_file":"","passThreshold":50,"criteria":[{"id":"c1","name":"Sum","type":"numeric","description":"4","weight":100}]}]""");
        var kept = await services.GetRequiredService<BundleCommits>().CommitAsync(draft, CancellationToken.None);
        return kept.Succeeded(out var bundle, out failure) ? bundle.Row.Id : throw new InvalidOperationException(failure.Message);

        async Task PutAsync(BundlePart part, string json)
        {
            using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json));
            await drafts.PutAsync(draft, part, content, CancellationToken.None);
        }
    });

    /// <summary>Files of a bundle that nobody kept.</summary>
    public Task<BundleDraft> BundleDraftAsync(string slug, BundleId bundle) => app.InWorkspaceAsync(slug, async services =>
        (await services.GetRequiredService<BundleDrafts>().BeginAsync(bundle, "A draft", CancellationToken.None)).Succeeded(out var draft, out var failure)
            ? draft
            : throw new InvalidOperationException(failure.Message));

    /// <summary>A listing that only its seller sees; its slug is the answer.</summary>
    public Task<string> DraftListingAsync(string slug, BundleId bundle) => app.InWorkspaceAsync(slug, async services =>
    {
        var listing = new NewListing { BundleId = bundle, Slug = $"draft-{Interlocked.Increment(ref number)}", Page = new ListingPage { Title = "A draft" } };
        var made = await services.GetRequiredService<ListingCommits>().CreateAsync(listing, CancellationToken.None);
        return made.Succeeded(out var row, out var failure) ? row.Slug : throw new InvalidOperationException(failure.Message);
    });

    /// <summary>A submission that nobody has graded.</summary>
    public Task<SubmissionId> SubmissionAsync(string slug) => app.InWorkspaceAsync(slug, async services =>
    {
        var database = services.GetRequiredService<EvalMarketDbContext>();
        var now = app.Time.GetUtcNow();
        var row = new SubmissionRow
        {
            Workspace = slug, Id = TypeId.New<SubmissionId>(now), Seller = slug, ListingId = TypeId.New<ListingId>(now), ListingVersion = 1, Status = SubmissionStatus.Failed,
            Reveal = Reveal.Overall, TaskCount = 1, AnsweredCount = 1, CreatedAt = now, CreatedBy = "test",
        };
        database.Submissions.Add(row);
        await database.SaveChangesAsync();
        return row.Id;
    });

    /// <summary>An annotation queue with sessions in it.</summary>
    public Task<QueueId> QueueAsync(string slug, params IReadOnlyList<SessionId> sessions) => app.InWorkspaceAsync(slug, async services =>
    {
        var made = await services.GetRequiredService<QueueChanges>().AddAsync(new QueueSettings { Name = "A queue" }, CancellationToken.None);
        var queue = made.Succeeded(out var row, out var failure) ? row.Id : throw new InvalidOperationException(failure.Message);
        var added = await services.GetRequiredService<QueueImport>().AddAsync(queue, new SessionFilter { Ids = sessions }, null, CancellationToken.None);
        return added.Succeeded(out _, out failure) ? queue : throw new InvalidOperationException(failure.Message);
    });

    /// <summary>A job that is over.</summary>
    public Task<ExportId> ExportAsync(string slug) => app.InWorkspaceAsync(slug, services => services.GetRequiredService<ExportLog>().BeginAsync(
        new ExportOrder { Format = "text", Filter = SessionFilter.All }, new ExportFacts("Evals", "", 1, 10, "export.txt", "text/plain"), CancellationToken.None));

    public Task<JobId> FinishedJobAsync(string slug) => app.InWorkspaceAsync(slug, async services =>
    {
        var database = services.GetRequiredService<EvalMarketDbContext>();
        var now = app.Time.GetUtcNow();
        var row = new Job
        {
            Workspace = slug, Id = TypeId.New<JobId>(now), Kind = "test", Title = "A job", Status = JobStatus.Completed, Payload = "{}",
            CreatedBy = "test", CreatedAt = now, FinishedAt = now,
        };
        database.Jobs.Add(row);
        await database.SaveChangesAsync();
        return row.Id;
    });
}

/// <summary>Somebody with an account, whose password is <see cref="TestData.Password"/>.</summary>
public sealed record TestPerson(Guid Id, string Email);

/// <summary>A dataset and one of everything in it.</summary>
/// <param name="Token">Of the public link.</param>
public sealed record TestDataset(DatasetId Dataset, SectionId Section, ItemId Item, LinkId Link, string Token);

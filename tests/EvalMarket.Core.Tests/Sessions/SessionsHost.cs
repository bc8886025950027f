using System.Text;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Storage;
using EvalMarket.Core.Tests.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Data.PostgreSql;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace EvalMarket.Core.Tests.Sessions;

/// <summary>Sessions, storage and jobs on a real database and real files, with a clock and a durability that a test can turn against them.</summary>
public sealed class SessionsHost : IAsyncLifetime
{
    public const string Workspace = "acme";

    private readonly TemporaryFolder folder = new();
    private readonly List<Action<IServiceCollection>> additions = [];
    private TestDatabase? database;
    private ServiceProvider? services;

    internal TestClock Clock { get; } = new();

    internal TestDurability Durability { get; } = new();

    public string ConnectionString => database!.ConnectionString;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ServiceProvider Services => services ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        services = Build("one");
        await InAsync<EvalMarketDbContext>(async db =>
        {
            db.Workspaces.Add(new Workspace { Slug = Workspace, Name = "Acme", CreatedAt = Clock.GetUtcNow() });
            await db.SaveChangesAsync(Cancel);
        });
    }

    /// <summary>Adds a service, for this life and the next ones.</summary>
    public async Task WithAsync(Action<IServiceCollection> addition)
    {
        additions.Add(addition);
        await NextLifeAsync();
    }

    /// <summary>As if the process had died and begun again, on the same database and files.</summary>
    public async Task NextLifeAsync(string instance = "one")
    {
        await Services.DisposeAsync();
        Clock.Advance(TimeSpan.FromSeconds(1));
        services = Build(instance);
    }

    public async ValueTask DisposeAsync()
    {
        if (services is not null)
            await services.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
        folder.Dispose();
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>The worker of this life; the caller starts and stops it.</summary>
    public IHostedService Worker() => Services.GetServices<IHostedService>().OfType<JobWorker>().Single();

    /// <summary>Does something with a service inside the workspace, in a scope of its own.</summary>
    public Task<TResult> InAsync<T, TResult>(Func<T, Task<TResult>> action)
        where T : notnull => InAsync(new Actor("ann@example.org", null, null, Permissions.Of(WorkspaceRole.Owner)), action);

    /// <summary>The same as somebody else.</summary>
    public async Task<TResult> InAsync<T, TResult>(Actor actor, Func<T, Task<TResult>> action)
        where T : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(Workspace, actor);
        return await action(scope.ServiceProvider.GetRequiredService<T>());
    }

    /// <inheritdoc cref="InAsync{T, TResult}(Func{T, Task{TResult}})"/>
    public Task InAsync<T>(Func<T, Task> action)
        where T : notnull => InAsync<T, bool>(async service =>
        {
            await action(service);
            return true;
        });

    /// <summary>Imports sessions and gives what became of them.</summary>
    public async Task<SessionBatchResult> CommitAsync(params IReadOnlyList<Session> sessions)
    {
        var outcome = await InAsync<SessionCommits, Outcome<SessionBatchResult>>(commits => commits.CommitAsync(sessions, null, null, Cancel));
        return outcome.Succeeded(out var result, out var failure) ? result : throw new InvalidOperationException(failure.Message);
    }

    /// <summary>Imports sessions and dies after the files and before the commit.</summary>
    public Task DieWhileCommittingAsync(params IReadOnlyList<Session> sessions) => Assert.ThrowsAsync<TimeoutException>(
        () => InAsync<SessionCommits>(commits => commits.CommitAsync(sessions, null, (_, _) => throw new TimeoutException(), Cancel)));

    public Task<Outcome<int>> LabelAsync(SessionFilter filter, LabelChange change) =>
        InAsync<SessionLabels, Outcome<int>>(labels => labels.ChangeAsync(filter, change, null, Cancel));

    /// <summary>Puts files where an import reads them.</summary>
    public async Task<StagedUpload> StageAsync(JobId id, params IReadOnlyList<(string Name, string Content)> files)
    {
        var outcome = await InAsync<ImportStaging, Outcome<StagedUpload>>(staging => staging.AddAsync(id, "0", Incoming(files), Cancel));
        return outcome.Succeeded(out var upload, out var failure) ? upload : throw new InvalidOperationException(failure.Message);
    }

    /// <summary>Files as they come out of a request.</summary>
    public static IAsyncEnumerable<IncomingFile> Incoming(params IReadOnlyList<(string Name, string Content)> files) =>
        files.Select(file => new IncomingFile(file.Name, new MemoryStream(Encoding.UTF8.GetBytes(file.Content)))).ToAsyncEnumerable();

    /// <summary>The files of the workspace under a folder, without the folder.</summary>
    public List<string> Files(string within)
    {
        var path = folder[$"w/{Workspace}/{within}"];
        return Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Select(file => file[(path.Length + 1)..]).Order(StringComparer.Ordinal)]
            : [];
    }

    public static Session Session(string externalId, params IReadOnlyList<string> contents) => new()
    {
        ExternalId = externalId,
        Title = externalId,
        CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Messages = [.. contents.Select((content, i) => new Message { Role = i % 2 == 0 ? MessageRole.User : MessageRole.Assistant, Content = content })],
    };

    /// <summary>Everything that the index says about sessions.</summary>
    public async Task<List<string>> DumpAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(Cancel);
        var rows = new List<string>();
        foreach (var query in new[]
        {
            // In which revision a row changed last is no content: a rebuilt index has all of one.
            "SELECT (to_jsonb(t) - 'revision')::text FROM sessions t ORDER BY id",
            "SELECT to_jsonb(t)::text FROM session_tags t ORDER BY session_id, ordinal",
            "SELECT to_jsonb(t)::text FROM message_annotations t ORDER BY session_id, message_id, sequence",
            "SELECT to_jsonb(t)::text FROM label_changes t ORDER BY sequence",
            "SELECT to_jsonb(t)::text FROM label_history t ORDER BY session_id, sequence",
            "SELECT slug || ' ' || label_sequence FROM workspaces",
        })
        {
            await using var command = new NpgsqlCommand(query, connection);
            await using var reader = await command.ExecuteReaderAsync(Cancel);
            while (await reader.ReadAsync(Cancel))
                rows.Add(reader.GetString(0));
        }

        return rows;
    }

    /// <summary>Everything that the index says about datasets, but for numbers that need not be the same after a rebuild.</summary>
    internal static IReadOnlyList<string> DatasetQueries { get; } =
    [
        "SELECT (to_jsonb(t) - 'next_chunk')::text FROM datasets t ORDER BY id",
        "SELECT to_jsonb(t)::text FROM dataset_sections t ORDER BY dataset_id, ordinal",
        "SELECT (to_jsonb(i) - 'chunk')::text || c.reference || c.summary FROM dataset_items i JOIN dataset_chunks c ON c.workspace = i.workspace AND c.dataset_id = i.dataset_id AND c.number = i.chunk ORDER BY i.dataset_id, i.id",
        "SELECT c.reference || encode(w.list, 'hex') FROM dataset_chunk_words w JOIN dataset_chunks c ON c.workspace = w.workspace AND c.dataset_id = w.dataset_id AND c.number = w.number ORDER BY c.dataset_id, c.reference",
        "SELECT to_jsonb(t)::text FROM dataset_item_messages t ORDER BY dataset_id, message_id, item_id",
        "SELECT to_jsonb(t)::text FROM dataset_versions t ORDER BY dataset_id, version",
        "SELECT to_jsonb(t)::text FROM dataset_tombstones t ORDER BY dataset_id, item_id",
    ];

    /// <inheritdoc cref="DatasetQueries"/>
    public async Task<List<string>> DumpDatasetsAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(Cancel);
        var rows = new List<string>();
        foreach (var query in DatasetQueries)
        {
            await using var command = new NpgsqlCommand(query, connection);
            await using var reader = await command.ExecuteReaderAsync(Cancel);
            while (await reader.ReadAsync(Cancel))
                rows.Add(reader.GetString(0));
        }

        return rows;
    }

    private ServiceProvider Build(string instance)
    {
        var collection = new ServiceCollection();
        collection.AddLogging();
        collection.AddOptions<Limits>();
        collection.AddSingleton(new Limits());
        collection.AddSingleton<TimeProvider>(Clock);
        collection.AddSingleton<IBlobStore>(_ => new LocalBlobStore(folder.Path, Clock, Durability));
        ((ICollection<ServiceDescriptor>)collection).Add(ServiceDescriptor.Singleton(typeof(InstanceName), _ => new InstanceName(instance)));
        collection.AddStorage().AddJobs().AddSessions().AddDatasets();
        collection.AddScoped<Tenant>();
        collection.AddPostgreSql(_ => ConnectionString);
        foreach (var addition in additions)
            addition(collection);
        return collection.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }
}

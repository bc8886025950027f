using System.Net;
using System.Text.Json;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Streams;
using EvalMarket.TestKit;
using EvalMarket.Web.Tests.Api;
using EvalMarket.Web.Tests.Packages;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Web.Tests.Exports;

/// <summary>Exports whose file is half written when something happens.</summary>
public sealed class InterruptedExportTests : IAsyncLifetime
{
    private readonly Gate gate = new();
    private TestApp app = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => app = await TestApp.StartAsync(
        new Dictionary<string, string>(),
        builder =>
        {
            var folder = Path.Combine(builder.Configuration["DataDirectory"]!, "files");
            builder.Services.AddSingleton<IBlobStore>(provider => new StallingBlobStore(new LocalBlobStore(folder, provider.GetRequiredService<TimeProvider>()), gate));
        });

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task One_that_is_cancelled_leaves_no_file_and_can_be_run_again()
    {
        using var world = await PackageWorld.OpenAsync(app);
        var export = await BeginAsync(world);
        var id = export.GetProperty("id").GetString();

        await world.Workspace.PostAsync($"/api/exports/{id}/cancel", "");

        Assert.Equal("cancelled", (await world.Workspace.JobEndAsync($"/api/jobs/{export.GetProperty("job_id").GetString()}")).GetProperty("status").GetString());
        Assert.Equal("cancelled", (await world.Workspace.GetAsync($"/api/exports/{id}")).GetProperty("state").GetString());
        await world.Workspace.GetAsync($"/api/exports/{id}/content", HttpStatusCode.Conflict);
        Assert.Empty(Files());
        gate.IsOpen = true;
        var again = await world.Workspace.PostAsync($"/api/exports/{id}/again", "", HttpStatusCode.Accepted);
        await CheckAsync(world.Workspace, world.Id, again);
    }

    [Fact]
    public async Task One_that_the_end_of_the_server_cuts_off_is_made_anew_at_the_next_start()
    {
        using var world = await PackageWorld.OpenAsync(app);
        var export = await BeginAsync(world);

        gate.IsOpen = true;
        await app.RestartAsync();

        var slug = world.Workspace.Slug;
        using var workspace = new ApiWorkspace(slug, app.Client((await app.Data.KeyAsync(slug)).Secret));
        await CheckAsync(workspace, world.Id, export);
    }

    private async Task CheckAsync(ApiWorkspace workspace, string dataset, JsonElement export)
    {
        Assert.Equal("completed", (await workspace.JobEndAsync($"/api/jobs/{export.GetProperty("job_id").GetString()}")).GetProperty("status").GetString());
        var direct = await workspace.Http.GetByteArrayAsync($"/api/datasets/{dataset}/export/jsonl", Cancel);
        Assert.Equal(direct, await workspace.Http.GetByteArrayAsync($"/api/exports/{export.GetProperty("id").GetString()}/content", Cancel));
        Assert.Equal([export.GetProperty("id").GetString()!], Files());
    }

    /// <summary>Starts an export and waits until half of its file is written.</summary>
    private async Task<JsonElement> BeginAsync(PackageWorld world)
    {
        var export = await world.Workspace.PostAsync("/api/exports", $$"""{"format":"jsonl","dataset_id":"{{world.Id}}"}""", HttpStatusCode.Accepted);
        await gate.Reached.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.Equal("running", (await world.Workspace.GetAsync($"/api/exports/{export.GetProperty("id").GetString()}")).GetProperty("state").GetString());
        return export;
    }

    /// <summary>Files of exports, and files that are being written.</summary>
    private List<string> Files()
    {
        var root = Path.Combine(app.DataDirectory, "files");
        return [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetRelativePath(root, path).Replace('\\', '/') is var file && (file.StartsWith(".tmp/", StringComparison.Ordinal) || file.Contains("/exports/", StringComparison.Ordinal)))
            .Select(path => Path.GetFileName(path)!)
            // Says that the folder beside it is in use.
            .Where(name => !name.EndsWith(".lock", StringComparison.Ordinal))];
    }

    /// <summary>Where files of exports stop while they are written.</summary>
    private sealed class Gate
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsOpen { get; set; }

        public Task Reached => reached.Task;

        public async Task PassAsync(CancellationToken cancellationToken)
        {
            if (IsOpen)
                return;
            reached.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    /// <summary>A store on which a file of an export does not get beyond its first bytes as long as the gate is closed.</summary>
    private sealed class StallingBlobStore(IBlobStore inner, Gate gate) : ForwardingBlobStore(inner)
    {
        public override async Task<long> PutAsync(BlobPath path, Stream content, long? maxBytes, CancellationToken cancellationToken)
        {
            if (!path.Value.Contains("/exports/", StringComparison.Ordinal))
                return await base.PutAsync(path, content, maxBytes, cancellationToken);
            await using var stalling = new StallingStream(content, gate);
            return await base.PutAsync(path, stalling, maxBytes, cancellationToken);
        }
    }

    /// <summary>Hands on the first bytes and then waits.</summary>
    private sealed class StallingStream(Stream inner, Gate gate) : ReadingStream
    {
        private bool hasBegun;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (hasBegun)
                await gate.PassAsync(cancellationToken);
            hasBegun = true;
            return await inner.ReadAsync(buffer.Length > 100 ? buffer[..100] : buffer, cancellationToken);
        }
    }
}

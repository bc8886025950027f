using System.Runtime.CompilerServices;
using System.Text.Json;

namespace EvalMarket.Core.Storage;

/// <summary>
/// The changes under way. A change goes so: <see cref="BeginAsync"/>, write the blobs, lock the row, <see cref="EnsureHeldAsync"/>, commit the row, <see cref="CompleteAsync"/>.
/// </summary>
public sealed class IntentLog(IBlobStore store, IIntentGate gate, TimeProvider time, InstanceName instance)
{
    /// <summary>How long a change may take before it has to renew.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>How long after the end of a lease nobody touches the change yet: the time that a commit may take which began just within the lease.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly DateTimeOffset opened = time.GetUtcNow();

    /// <summary>Announces a change. When it returns the announcement is durable, and nothing in <paramref name="writes"/> will be collected as garbage.</summary>
    /// <param name="workspace">The folder name of the workspace.</param>
    /// <param name="kind">Which <see cref="IIntentRecovery"/> is to handle it after a crash.</param>
    /// <param name="writes">See <see cref="Intent.Writes"/>; more can be added with <see cref="RenewAsync"/>.</param>
    /// <param name="details">For the handler.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Intent> BeginAsync(string workspace, string kind, IReadOnlyList<IntentWrite> writes, JsonElement? details, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var intent = new Intent
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Workspace = workspace,
            Kind = kind,
            Instance = instance.Value,
            StartedAt = now,
            LeaseUntil = now + Lease,
            Writes = writes,
            Details = details,
        };
        await SaveAsync(intent, cancellationToken);
        return intent;
    }

    /// <summary>Extends the lease of a long change, and announces further writes.</summary>
    /// <returns>The intent as it now stands; the old one is void.</returns>
    /// <exception cref="StorageException"><see cref="StorageFailure.LeaseLost"/>: give up, nothing may be committed.</exception>
    public async Task<Intent> RenewAsync(Intent intent, IReadOnlyList<IntentWrite> more, CancellationToken cancellationToken)
    {
        await EnsureHeldAsync(intent, cancellationToken);
        var renewed = intent with { LeaseUntil = time.GetUtcNow() + Lease, Writes = [.. intent.Writes, .. more] };
        await SaveAsync(renewed, cancellationToken);
        return renewed;
    }

    /// <summary>Half of the lease is over.</summary>
    public bool NeedsRenewal(Intent intent) => time.GetUtcNow() >= intent.LeaseUntil - (Lease / 2);

    /// <summary>To be asked under the row's lock, right before the commit: recovery, which takes the same lock, may have undone a change that took too long.</summary>
    /// <exception cref="StorageException"><see cref="StorageFailure.LeaseLost"/>: give up, nothing may be committed.</exception>
    public async Task EnsureHeldAsync(Intent intent, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() >= intent.LeaseUntil || await store.ReadAsync(PathOf(intent), cancellationToken) is null)
            throw new StorageException(StorageFailure.LeaseLost, $"The change {intent.Kind} took longer than {Lease.TotalMinutes:0} minutes without a sign of life and was given up. Try again.");
    }

    /// <summary>Takes the announcement back, after the commit or after having undone everything.</summary>
    public Task CompleteAsync(Intent intent, CancellationToken cancellationToken) => store.DeleteAsync([PathOf(intent)], cancellationToken);

    /// <summary>Every intent of a workspace, or of all of them.</summary>
    /// <exception cref="StorageException"><see cref="StorageFailure.Corrupt"/> for one that cannot be read.</exception>
    public async IAsyncEnumerable<Intent> ListAsync(string? workspace, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var path in ListPathsAsync(workspace, cancellationToken))
        {
            if (await ReadAsync(path, cancellationToken) is { } intent)
                yield return intent;
        }
    }

    /// <summary>Whether nobody works at it any more: its lease is long over, or it is from a former life of this process.</summary>
    public bool IsAbandoned(Intent intent) =>
        time.GetUtcNow() >= intent.LeaseUntil + Grace || (intent.Instance == instance.Value && intent.StartedAt < opened);

    internal async IAsyncEnumerable<BlobPath> ListPathsAsync(string? workspace, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (workspace is null)
        {
            await foreach (var each in store.ListFoldersAsync(BlobPath.Parse("w"), cancellationToken))
            {
                await foreach (var path in ListPathsAsync(each, cancellationToken))
                    yield return path;
            }

            yield break;
        }

        await foreach (var blob in store.ListAsync($"w/{workspace}/intents/", cancellationToken))
            yield return blob.Path;
    }

    /// <summary>Null when it was completed meanwhile.</summary>
    internal async Task<Intent?> ReadAsync(BlobPath path, CancellationToken cancellationToken)
    {
        var bytes = await store.ReadAsync(path, cancellationToken);
        try
        {
            return bytes is null ? null : JsonSerializer.Deserialize(bytes, StorageJson.Default.Intent);
        }
        catch (JsonException e)
        {
            throw new StorageException(StorageFailure.Corrupt, $"The intent {path} cannot be read: {e.Message}. It may be of a newer version of the app.", e);
        }
    }

    internal static BlobPath PathOf(Intent intent) => BlobPath.Parse($"w/{intent.Workspace}/intents/{intent.Id}.json");

    private async Task SaveAsync(Intent intent, CancellationToken cancellationToken)
    {
        await using var pass = await gate.EnterAsync(intent.Workspace, cancellationToken);
        await store.PutAsync([new BlobContent(PathOf(intent), JsonSerializer.SerializeToUtf8Bytes(intent, StorageJson.Default.Intent))], cancellationToken);
    }
}

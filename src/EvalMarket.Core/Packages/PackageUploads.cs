using System.Text;
using EvalMarket.Core.Assets;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Runs;
using EvalMarket.Core.Storage;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Packages;
using EvalMarket.Formats.Runs;
using EvalMarket.Formats.Uploads;
using Microsoft.EntityFrameworkCore.Storage;

namespace EvalMarket.Core.Packages;

/// <summary>What became of a package.</summary>
/// <param name="Removed">Secrets that were taken out of its run.</param>
public sealed record PackageUploadResult(DatasetId Dataset, RunId? Run, IReadOnlyList<string> Warnings, IReadOnlyList<RemovedSecret> Removed);

/// <summary>Makes a dataset of a package, ours or eval_752's: sections, items, files and run, all of it or nothing. Items keep their ids, which are the dataset's own.</summary>
public sealed class PackageUploads(
    EvalMarketDbContext db, IBlobStore blobs, DatasetFiles files, IntentLog intents, AssetStore assets, Limits limits, TimeProvider clock)
{
    /// <summary>
    /// Reads the package once: what is wrong with it is found while its items are written and indexed, without the workspace's lock and in a transaction that nobody sees. With an error all of that is dropped; without one
    /// the lock is taken for the version's document and the rows that make it known.
    /// </summary>
    /// <param name="content">Seekable.</param>
    /// <param name="fileName">For a package that says no name.</param>
    /// <param name="progress">Hears how many items have been read. Must not ask the database of this scope.</param>
    /// <param name="alongside">Runs in the transaction, right before its commit: a job saves there that it is done.</param>
    /// <param name="cancellationToken">Cancels; nothing stays.</param>
    public async Task<Outcome<PackageUploadResult>> UploadAsync(
        Stream content, string fileName, Func<long, CancellationToken, Task>? progress, Func<PackageUploadResult, CancellationToken, Task>? alongside, CancellationToken cancellationToken)
    {
        DatasetPackage package;
        try
        {
            var bounds = new UploadBounds { Entries = limits.UploadFiles, Bytes = limits.UnpackedBytes, Ratio = limits.UnpackedRatio, MaxLineBytes = limits.LineBytes };
            package = await DatasetPackage.OpenAsync(content, bounds, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            return Refused([new ContentError(exception.Message, File: fileName)]);
        }

        if (package.Errors.Count > 0)
        {
            return Refused(package.Errors);
        }

        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var row = RowOf(package, NameOf(package, fileName), now);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        db.Datasets.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        await using var stage = new PackageStage(db, blobs, files, intents, row, package, [.. Named(package.Sections).Select(name => (TypeId.New<SectionId>(now), name))]);
        var check = new PackageCheck(package, limits, now, stage.AddAsync);
        await check.ReadAsync(progress, cancellationToken);
        await using var writing = package.Run is null ? null : new RunWriting(db, blobs, intents, limits, stage.Sections, check.Places);
        var run = writing is null ? null : await CheckRunAsync(package, package.Run!, check, writing, stage, cancellationToken);
        return check.Errors.Count > 0
            ? Refused(check.Errors)
            : await WriteAsync(package, check, stage, writing, run, transaction, now, alongside, cancellationToken);
    }

    private static Invalid Refused(IReadOnlyList<ContentError> errors) => new("invalid_package", errors[0].Message, errors);

    private static string NameOf(DatasetPackage package, string fileName)
    {
        var name = package.Name ?? (fileName.EndsWith(PackageLayout.Extension, StringComparison.OrdinalIgnoreCase) ? fileName[..^PackageLayout.Extension.Length] : Path.GetFileNameWithoutExtension(fileName));
        name = Sessions.SessionIndexing.OneLine(name, 190);
        return name.Length > 0 ? name : "Dataset";
    }

    /// <summary>Names of sections are unique in a dataset.</summary>
    private static IEnumerable<string> Named(IReadOnlyList<SectionFile> sections)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (var section in sections)
        {
            var plain = Sessions.SessionIndexing.OneLine(section.Name, 190) is { Length: > 0 } line ? line : "section";
            var name = plain;
            for (var number = 2; !names.Add(name); number++)
            {
                name = $"{plain} ({number})";
            }

            yield return name;
        }
    }

    private DatasetRow RowOf(DatasetPackage package, string name, DateTimeOffset now) => new()
    {
        Workspace = db.Tenant.Required,
        Id = TypeId.New<DatasetId>(now),
        Version = 0,
        Hash = "",
        Name = name,
        Description = package.Description ?? "",
        Schema = package.Schema?.GetRawText(),
        CreatedAt = now,
        CreatedBy = db.Tenant.Actor.Name,
        UpdatedAt = now,
        UpdatedBy = db.Tenant.Actor.Name,
    };

    /// <summary>Checks the run of the package, and writes its results as long as nothing is wrong; what is goes to the check.</summary>
    private static async Task<RunOrder> CheckRunAsync(DatasetPackage package, PackageRunFiles run, PackageCheck check, RunWriting writing, PackageStage stage, CancellationToken cancellationToken)
    {
        List<RemovedSecret> removed = [];
        List<ContentError> errors = [];
        var order = new RunOrder { DatasetId = stage.Dataset, Name = run.Name ?? run.Model ?? "Run", Model = run.Model, Provider = run.Provider, CreatedAt = run.CreatedAt };
        await check.GuardAsync(PackageLayout.RunConfig, async () => order = order with { RunConfig = RunOrders.Config(await TextAsync(package, run.Config, cancellationToken), errors, removed) });
        await check.GuardAsync(PackageLayout.LightEvalConfig, async () =>
            order = order with { LightEvalConfig = RunOrders.LightEval(await TextAsync(package, run.LightEvalConfig, cancellationToken), errors, removed) });
        foreach (var error in errors)
        {
            check.Refuse(error);
        }

        if (check.Errors.Count == 0)
        {
            await check.GuardAsync(PackageLayout.Results, async () =>
            {
                await using var results = package.Open(run.Results);
                foreach (var error in (await writing.ReadAsync(results, stage.KeepAsync, cancellationToken))?.Errors ?? [])
                {
                    check.Refuse(error with { File = PackageLayout.Results });
                }
            });
        }

        return order with { Removed = removed };
    }

    private static async Task<string?> TextAsync(DatasetPackage package, ZipEntry? entry, CancellationToken cancellationToken) =>
        entry is null ? null : Encoding.UTF8.GetString(await package.ReadAsync(entry, cancellationToken));

    private async Task<Outcome<PackageUploadResult>> WriteAsync(
        DatasetPackage package,
        PackageCheck check,
        PackageStage stage,
        RunWriting? writing,
        RunOrder? run,
        IDbContextTransaction transaction,
        DateTimeOffset now,
        Func<PackageUploadResult, CancellationToken, Task>? alongside,
        CancellationToken cancellationToken)
    {
        await stage.FinishAsync(cancellationToken);

        // Content-addressed and shared: what is not used after all is no harm.
        foreach (var asset in package.Assets)
        {
            await using var content = package.Open(asset.Entry);
            if (!(await assets.AddAsync(asset.Path, content, cancellationToken)).Succeeded(out _, out var failure))
            {
                return failure;
            }

            await stage.KeepAsync(cancellationToken);
            await (writing?.KeepAsync(cancellationToken) ?? Task.CompletedTask);
        }

        if (!await db.LockWorkspaceAsync(db.Tenant.Required, cancellationToken))
        {
            return new NotFound();
        }

        var (change, version) = await stage.CommitAsync(clock, cancellationToken);
        var document = writing is null ? null : await writing.FinishAsync(run!, version.Version, version.Hash, now, null, cancellationToken);
        var result = new PackageUploadResult(stage.Dataset, document?.Id, check.Warnings, document?.Removed ?? []);
        if (alongside is not null)
        {
            await alongside(result, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        await change.CompleteAsync();
        await (writing?.CompleteAsync() ?? Task.CompletedTask);
        return result;
    }
}

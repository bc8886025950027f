using System.Text;
using EvalMarket.Core.Assets;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Runs;
using EvalMarket.Core.Storage;
using EvalMarket.Formats;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Packages;
using EvalMarket.Formats.Runs;
using EvalMarket.Formats.Sessions;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Core.Packages;

/// <summary>What became of a package.</summary>
/// <param name="Removed">Secrets that were taken out of its run.</param>
public sealed record PackageUploadResult(DatasetId Dataset, RunId? Run, IReadOnlyList<string> Warnings, IReadOnlyList<RemovedSecret> Removed);

/// <summary>Makes a dataset of a package, ours or eval_752's: sections, items, files and run, all of it or nothing. Items keep their ids, which are the dataset's own.</summary>
public sealed class PackageUploads(
    EvalMarketDbContext db, IBlobStore blobs, DatasetFiles files, IntentLog intents, AssetStore assets, Limits limits, TimeProvider clock)
{
    /// <summary>Items between looks at how much waits to be written.</summary>
    private const int BatchItems = 1_000;

    /// <summary>Reads the package twice: first to find everything that is wrong with it, then to write it.</summary>
    /// <param name="content">Seekable.</param>
    /// <param name="fileName">For a package that says no name.</param>
    /// <param name="progress">Hears how many items have been read; twice as many as there are when it is done.</param>
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
        var check = new PackageCheck(package, limits, now);
        await check.ReadAsync(progress, cancellationToken);
        List<(SectionId Id, string Name)> sections = [.. Named(package.Sections).Select(name => (TypeId.New<SectionId>(now), name))];
        var run = await CheckRunAsync(package, check, sections, cancellationToken);
        return check.Errors.Count > 0
            ? Refused(check.Errors)
            : await WriteAsync(package, check, run, sections, NameOf(package, fileName), now, progress, alongside, cancellationToken);
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

    /// <summary>Checks the run of the package; what is wrong goes to the check.</summary>
    private async Task<RunOrder?> CheckRunAsync(DatasetPackage package, PackageCheck check, List<(SectionId Id, string Name)> sections, CancellationToken cancellationToken)
    {
        if (package.Run is not { } run)
        {
            return null;
        }

        List<RemovedSecret> removed = [];
        List<ContentError> errors = [];
        var order = new RunOrder { DatasetId = default, Name = run.Name ?? run.Model ?? "Run", Model = run.Model, Provider = run.Provider, CreatedAt = run.CreatedAt };
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
                var looking = new RunWriting(db, blobs, intents, limits, sections, check.Places);
                await using var results = package.Open(run.Results);
                foreach (var error in (await looking.ReadAsync(results, write: false, cancellationToken))?.Errors ?? [])
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
        RunOrder? run,
        List<(SectionId Id, string Name)> sections,
        string name,
        DateTimeOffset now,
        Func<long, CancellationToken, Task>? progress,
        Func<PackageUploadResult, CancellationToken, Task>? alongside,
        CancellationToken cancellationToken)
    {
        // Content-addressed and shared: what is not used after all is no harm.
        foreach (var asset in package.Assets)
        {
            await using var content = package.Open(asset.Entry);
            if (!(await assets.AddAsync(asset.Path, content, cancellationToken)).Succeeded(out _, out var failure))
            {
                return failure;
            }
        }

        var row = new DatasetRow
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
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.LockWorkspaceAsync(row.Workspace, cancellationToken))
        {
            return new NotFound();
        }

        db.Datasets.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        db.ChangeTracker.Clear();
        var draft = new DatasetDraft(row, [.. sections.Select(section => new DraftSection(section.Id, section.Name))]) { IsRowThere = true };
        var change = new DatasetTransaction(db, blobs, files, intents, clock, draft, null);
        await WriteItemsAsync(package, check, draft, change, progress, cancellationToken);
        var version = await change.FinishAsync($"Uploaded from a package: {draft.Added:N0} items", cancellationToken);

        // The items are met a second time: their results, too.
        RunWriting? writing = null;
        RunDocument? document = null;
        var isCommitted = false;
        try
        {
            if (run is not null)
            {
                writing = new RunWriting(db, blobs, intents, limits, sections, check.Places.Anew());
                await using var results = package.Open(package.Run!.Results);
                if (await writing.ReadAsync(results, write: true, cancellationToken) is { } invalid)
                {
                    return invalid;
                }

                document = await writing.FinishAsync(run with { DatasetId = row.Id }, version.Version, version.Hash, now, null, cancellationToken);
            }

            var result = new PackageUploadResult(row.Id, document?.Id, check.Warnings, document?.Removed ?? []);
            if (alongside is not null)
            {
                await alongside(result, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            isCommitted = true;
            await change.CompleteAsync();
            return result;
        }
        finally
        {
            if (writing is not null)
            {
                await writing.CompleteAsync(isCommitted);
            }
        }
    }

    private async Task WriteItemsAsync(
        DatasetPackage package, PackageCheck check, DatasetDraft draft, DatasetTransaction change, Func<long, CancellationToken, Task>? progress, CancellationToken cancellationToken)
    {
        var number = 0;
        var unflushed = 0;
        for (var index = 0; index < package.Sections.Count; index++)
        {
            await using var content = package.Open(package.Sections[index].Entry);
            var ranges = new PackageRanges(package.Sections[index].Ranges);
            await foreach (var reading in DatasetItemBodies.ReadLinesAsync(content, limits.LineBytes, UnknownProperties.Keep, cancellationToken))
            {
                var line = ItemLine.New(check.Complete(reading.Item!, check.Ids[number++]), ItemOrigin.Package);
                await ranges.AppendAsync(change, draft.Sections[index], line, cancellationToken);
                draft.Added++;
                if (++unflushed >= BatchItems && !ranges.IsOpen)
                {
                    unflushed = 0;
                    await change.FlushIfLargeAsync(cancellationToken);
                    if (progress is not null)
                    {
                        await progress(check.Ids.Count + number, cancellationToken);
                    }
                }
            }
        }
    }
}

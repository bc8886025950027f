using System.Security.Cryptography;
using EvalMarket.Core.Runs;
using EvalMarket.Formats;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Packages;
using EvalMarket.Formats.Sessions;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Core.Packages;

/// <summary>
/// Reads a package from its first to its last byte, finds everything that is wrong with it, and hands its items on as long as nothing is. Holds where each item is, about 50 bytes.
/// </summary>
/// <param name="keep">Takes an item of the section of this number, with its id and what is known of its files.</param>
internal sealed class PackageCheck(DatasetPackage package, Limits limits, DateTimeOffset now, Func<int, DatasetItem, CancellationToken, ValueTask> keep)
{
    private const int MostErrors = 1_000;
    private const int MostWarnings = 100;

    private readonly Dictionary<string, AssetFile> assets = package.Assets.ToDictionary(asset => asset.Path, StringComparer.Ordinal);
    private readonly HashSet<string> usedAssets = new(StringComparer.Ordinal);
    private long errorCount;

    /// <summary>Items that have been read.</summary>
    public long Items { get; private set; }

    public ItemPlaces Places { get; } = new();

    public List<ContentError> Errors { get; } = [];

    /// <summary>What is odd and no reason to refuse: files that nobody has, items whose file is missing.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Type and hash of each asset, by path.</summary>
    public Dictionary<string, AssetReference> AssetFacts { get; } = new(StringComparer.Ordinal);

    public async Task ReadAsync(Func<long, CancellationToken, Task>? progress, CancellationToken cancellationToken)
    {
        foreach (var asset in package.Assets)
        {
            await GuardAsync(asset.Path, () => CheckAssetAsync(asset, cancellationToken));
        }

        for (var section = 0; section < package.Sections.Count; section++)
        {
            var file = package.Sections[section];
            var place = section;
            await GuardAsync(file.Entry.Name, () => CheckSectionAsync(file, place, progress, cancellationToken));
        }

        foreach (var unused in package.Assets.Where(asset => !usedAssets.Contains(asset.Path)))
        {
            Warn($"{unused.Path} belongs to no item; it is not kept.");
        }

        foreach (var name in package.LeftOut)
        {
            Warn($"{PackageLayout.Shown(name)} is no part of a package; it is left out.");
        }
    }

    /// <summary>What the archive itself does wrong while it is read is an error of its file.</summary>
    public async Task GuardAsync(string file, Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (InvalidDataException exception)
        {
            Refuse(new ContentError(exception.Message, File: file));
        }
    }

    public void Refuse(ContentError error)
    {
        if (errorCount++ < MostErrors)
        {
            Errors.Add(error);
        }
    }

    private void Warn(string text)
    {
        if (Warnings.Count < MostWarnings)
        {
            Warnings.Add(text);
        }
        else if (Warnings.Count == MostWarnings)
        {
            Warnings.Add("There are more warnings than are listed.");
        }
    }

    private async Task CheckAssetAsync(AssetFile asset, CancellationToken cancellationToken)
    {
        if (asset.Entry.Length > limits.AssetBytes)
        {
            Refuse(new ContentError($"A file may have at most {limits.AssetBytes:N0} bytes (Limits:AssetBytes).", File: asset.Path));
            return;
        }

        await using var content = package.Open(asset.Entry);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var head = new byte[FileKinds.HeadBytes];
        var filled = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        var kind = FileKinds.Of(asset.Path, head.AsSpan(0, filled), asset.Entry.Length <= filled, out var problem);
        hash.AppendData(head, 0, filled);
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
        }

        var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (problem is not null)
        {
            Refuse(new ContentError(problem, File: asset.Path));
        }

        if (asset.Sha256 is { } claimed && claimed != sha256)
        {
            Refuse(new ContentError("The file is not the one that the manifest describes: its SHA-256 is another.", File: asset.Path));
        }

        AssetFacts[asset.Path] = new AssetReference(asset.Path, kind.MediaType(), sha256, asset.Entry.Length);
    }

    private async Task CheckSectionAsync(SectionFile section, int place, Func<long, CancellationToken, Task>? progress, CancellationToken cancellationToken)
    {
        var count = 0;
        var before = errorCount;
        await using var content = package.Open(section.Entry);
        await foreach (var reading in DatasetItemBodies.ReadLinesAsync(content, limits.LineBytes, UnknownProperties.Keep, cancellationToken))
        {
            count++;
            foreach (var error in reading.Errors)
            {
                Refuse(error with { File = section.Entry.Name });
            }

            if (reading.Item is { } item)
            {
                var identified = Take(item, reading, section, place);
                if (errorCount == 0)
                {
                    await keep(place, identified, cancellationToken);
                }
            }

            if (++Items % 1_000 == 0 && progress is not null)
            {
                await progress(Items, cancellationToken);
            }
        }

        if (section.ItemCount is { } claimed && claimed != count && errorCount == before)
        {
            Refuse(new ContentError($"The manifest speaks of {claimed:N0} items; there are {count:N0}.", File: section.Entry.Name));
        }
    }

    /// <summary>Notes an item, and gives it as it is written: with its id, and with what is known of its files.</summary>
    private DatasetItem Take(DatasetItem item, DatasetItemReading reading, SectionFile section, int place)
    {
        var id = item.Id ?? TypeId.New<ItemId>(now);
        if (!Places.TryAdd(id, place, package.Run is null ? null : reading.ForeignId))
        {
            Refuse(new ContentError("Another item of the package has this id.", "/id", reading.Line, section.Entry.Name));
        }

        List<AssetReference> found = new(item.Assets.Count);
        foreach (var asset in item.Assets)
        {
            if (PackageLayout.AssetPath(asset.Path) is not { } path || !assets.ContainsKey(path))
            {
                Warn($"{section.Entry.Name}, line {reading.Line}: the file {PackageLayout.Shown(asset.Path)} is not in the package.");
                found.Add(asset);
                continue;
            }

            usedAssets.Add(path);
            var isKnown = AssetFacts.TryGetValue(path, out var facts);
            if (isKnown && asset.Sha256 is { } claimed && facts!.Sha256 != claimed)
            {
                Refuse(new ContentError($"The file {PackageLayout.Shown(asset.Path)} in the package is not the one that the item means: its SHA-256 is another.", "/assets", reading.Line, section.Entry.Name));
            }

            found.Add(isKnown ? facts! with { Path = asset.Path } : asset);
        }

        return item with { Id = id, Assets = found };
    }
}

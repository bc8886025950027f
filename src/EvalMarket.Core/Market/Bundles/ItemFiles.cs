using System.IO.Compression;
using EvalMarket.Core.Assets;
using EvalMarket.Formats.Bundles;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>The files of a dataset's items as the reference files of a bundle: at most one for a task, the same content once, each under a name of its own. What cannot be one is left out and told.</summary>
internal sealed class ItemFiles(AssetStore assets, Limits limits)
{
    /// <summary>ZIP keeps the time of each file; the same files give the same archive.</summary>
    private static readonly DateTimeOffset ZipTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<ItemId, string> ofItems = [];
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, AssetRow> files = new(StringComparer.Ordinal);
    private readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
    private long bytes;
    private long more;
    private long missing;
    private long tooLarge;
    private long tooMany;

    public bool Any => files.Count > 0;

    public IEnumerable<string> Notes
    {
        get
        {
            if (more > 0)
                yield return $"{Items(more)} more than one file: a task has one, so the first was taken.";
            if (missing > 0)
                yield return $"{Files(missing)} not in this workspace any more and left out.";
            if (tooLarge > 0)
                yield return $"{Files(tooLarge)} larger than the {new BundleBounds().ReferenceBytes / 1024 / 1024:N0} MB that a reference file may have, and left out.";
            if (tooMany > 0)
                yield return $"{Files(tooMany)} more than one archive may hold (Limits:UploadFiles, Limits:UnpackedBytes), and left out.";
        }
    }

    /// <summary>The file of an item; empty for none.</summary>
    public string NameOf(DatasetItem item) => item.Id is { } id ? ofItems.GetValueOrDefault(id, "") : "";

    /// <summary>Chooses the files of some items.</summary>
    public async Task AddAsync(IReadOnlyList<DatasetItem> items, CancellationToken cancellationToken)
    {
        var hashes = items.SelectMany(item => item.Assets).Select(asset => asset.Sha256).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (hashes.Count == 0)
        {
            missing += items.Sum(item => item.Assets.Count);
            return;
        }

        var known = await assets.FindAsync(hashes, cancellationToken);
        foreach (var item in items.Where(item => item.Assets.Count > 0))
        {
            var found = item.Assets.Where(asset => asset.Sha256 is { } hash && known.ContainsKey(hash)).ToList();
            missing += item.Assets.Count - found.Count;
            more += found.Count > 1 ? 1 : 0;
            if (found.Count > 0 && Take(known[found[0].Sha256!]) is { } name)
                ofItems[item.Id!.Value] = name;
        }
    }

    /// <summary>Writes the archive.</summary>
    public async Task PackAsync(Stream target, CancellationToken cancellationToken)
    {
        await using var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, asset) in files)
        {
            var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
            entry.LastWriteTime = ZipTime;
            await using var to = await entry.OpenAsync(cancellationToken);
            await using var from = await assets.OpenAsync(asset, cancellationToken);
            await from.CopyToAsync(to, cancellationToken);
        }
    }

    private string? Take(AssetRow asset)
    {
        if (names.TryGetValue(asset.Sha256, out var known))
            return known;
        if (asset.Bytes > new BundleBounds().ReferenceBytes)
        {
            tooLarge++;
            return null;
        }

        if (files.Count >= limits.UploadFiles || bytes + asset.Bytes > limits.UnpackedBytes)
        {
            tooMany++;
            return null;
        }

        var name = Free(asset.Name);
        bytes += asset.Bytes;
        files.Add(name, asset);
        names.Add(asset.Sha256, name);
        return name;
    }

    private string Free(string name)
    {
        if (taken.Add(name))
            return name;
        var dot = name.LastIndexOf('.') is >= 0 and var found ? found : name.Length;
        for (var number = 2; ; number++)
        {
            var other = $"{name[..dot]}-{number}{name[dot..]}";
            if (taken.Add(other))
                return other;
        }
    }

    private static string Items(long count) => count == 1 ? "1 item has" : $"{count:N0} items have";

    private static string Files(long count) => count == 1 ? "1 file is" : $"{count:N0} files are";
}

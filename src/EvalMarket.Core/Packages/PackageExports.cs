using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EvalMarket.Core.Assets;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Versions;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Runs;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Packages;
using EvalMarket.Formats.Runs;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Packages;

/// <summary>
/// The one way out for packages; pages, API and jobs give the same bytes. A package is put together by copying the bodies of chunks: nothing is unpacked, parsed or packed.
/// </summary>
public sealed class PackageExports(EvalMarketDbContext db, DatasetVersions versions, RunFiles runs, AssetStore assets, IBlobStore blobs)
{
    /// <summary>Finds what is asked for, and says what cannot be. Nothing but documents is read.</summary>
    public async Task<Outcome<PackageExport>> PrepareAsync(PackageRequest request, CancellationToken cancellationToken)
    {
        RunDocument? run = null;
        if (!await db.Datasets.AnyAsync(row => row.Id == request.Dataset && row.DeletedAt == null, cancellationToken))
        {
            return new NotFound();
        }

        if (request.Run is { } named)
        {
            if (!TypeId.TryParse<RunId>(named, out var id) || await db.Runs.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id && row.DatasetId == request.Dataset, cancellationToken) is not { } row)
            {
                return new WrongParameter("foreign_run", "Run belongs to a different dataset", "run_id");
            }

            if (row.Status != RunStatus.Completed)
            {
                return new Conflict("run_not_completed", $"The run is {row.Status.ToWire()}. Only completed runs can be exported.");
            }

            run = await runs.ReadDocumentAsync(row, cancellationToken);
        }

        if (await versions.OpenAsync(request.Dataset, request.Version ?? run?.DatasetVersion, cancellationToken) is not { } contents)
        {
            return new WrongParameter("unknown_version", "There is no such version of the dataset.", "version");
        }

        var wanted = request.Sections.ToHashSet(StringComparer.Ordinal);
        var sections = wanted.Count == 0 ? contents.Sections : [.. contents.Sections.Where(section => wanted.Contains(section.Id.Value))];
        return wanted.Count > 0 && sections.Count < wanted.Count
            ? new WrongParameter("foreign_section", "Sections do not belong to this dataset", "section_ids")
            : new PackageExport(OrderOf(request, sections, run), contents, sections, wanted.Count > 0, run, assets, blobs);
    }

    private static ExportOrder OrderOf(PackageRequest request, IReadOnlyList<DatasetSection> sections, RunDocument? run) => new()
    {
        Format = ExportOrder.Package,
        Dataset = request.Dataset,
        Sections = request.Sections.Count == 0 ? [] : [.. sections.Select(section => section.Id)],
        Run = run?.Id,
        Version = request.Version,
    };
}

/// <summary>A package that can be written.</summary>
public sealed class PackageExport
{
    private readonly DatasetContents contents;
    private readonly IReadOnlyList<DatasetSection> sections;
    private readonly bool isPart;
    private readonly RunDocument? run;
    private readonly AssetStore assets;
    private readonly IBlobStore blobs;

    internal PackageExport(ExportOrder order, DatasetContents contents, IReadOnlyList<DatasetSection> sections, bool isPart, RunDocument? run, AssetStore assets, IBlobStore blobs)
    {
        Order = order;
        this.contents = contents;
        this.sections = sections;
        this.isPart = isPart;
        this.run = run;
        this.assets = assets;
        this.blobs = blobs;
        FileName = PackageLayout.FileName(contents.Document.Name, contents.Version, isPart, run is not null);
        EntityTag = TagOf();
    }

    public const string ContentType = "application/zip";

    public string FileName { get; }

    /// <summary>What was asked for, to be asked for again.</summary>
    public ExportOrder Order { get; }

    /// <summary>Version, filters, run and writer: the same tag, the same bytes. 32 hex digits.</summary>
    public string EntityTag { get; }

    /// <summary>When the version was made.</summary>
    public DateTimeOffset At => contents.Document.At;

    /// <summary>What it is, in words and numbers.</summary>
    /// <param name="bytes">Length of its plan.</param>
    public ExportFacts FactsOf(long bytes) => new(
        contents.Document.Name,
        ExportFacts.DetailOf(contents.Version, [.. sections.Select(section => section.Name)], isPart, run?.Name),
        Items,
        bytes,
        FileName,
        ContentType);

    public long Items => sections.Sum(section => section.ItemCount);

    public int Sections => sections.Count;

    /// <summary>What to write, in which order; its length is the package's.</summary>
    public async Task<PackagePlan> PlanAsync(CancellationToken cancellationToken)
    {
        var files = await AssetsAsync(cancellationToken);
        var results = run is null ? [] : run.Sections.Where(section => sections.Any(each => each.Id == section.Id)).ToList();
        var paths = sections.Select((section, index) => PackageLayout.SectionPath(index, sections.Count, section.Name)).ToList();
        var bodies = sections.Select(section => section.Chunks.Select(chunk => BodyOf(chunk.ToChunkRef())).ToList()).ToList();
        var planner = new ZipPlanner(contents.Document.At);
        planner.Add(PackageLayout.Manifest, PackageLayout.Write(Manifest(paths, bodies, files, results.Sum(section => section.Statistics.Results))));
        planner.Add(PackageLayout.Meta, PackageLayout.Write(new PackageMeta
        {
            Description = contents.Document.Description is { Length: > 0 } description ? description : null,
            Schema = contents.Document.Schema,
        }));
        for (var index = 0; index < sections.Count; index++)
        {
            planner.Add(paths[index], bodies[index]);
        }

        foreach (var (path, asset) in files)
        {
            planner.Add(path, AssetStore.PathOf(contents.Workspace, asset.Sha256).Value, asset.Bytes, (uint)asset.Crc32);
        }

        if (run is not null)
        {
            planner.Add(PackageLayout.RunConfig, PackageLayout.Json(run.RunConfig));
            planner.Add(PackageLayout.Results, [.. results.SelectMany(section => section.Chunks).Select(BodyOf)]);
            if (run.LightEvalConfig is { } config)
            {
                planner.Add(PackageLayout.LightEvalConfig, Encoding.UTF8.GetBytes(config));
            }
        }

        return planner.Finish();
    }

    /// <summary>Where the plan's slices come from. Dispose it when the package is out, or nobody wants it any more.</summary>
    public IPackageBlobs OpenBlobs() => new StoredBlobs(blobs.OpenSlices());

    private DeflatedBody BodyOf(ChunkRef chunk) =>
        new(ChunkStore.PathOf(contents.Workspace, chunk.Sha256).Value, ChunkCodec.HeaderLength, chunk.DeflatedBytes, chunk.Bytes, chunk.Crc32);

    private PackageManifest Manifest(List<string> paths, List<List<DeflatedBody>> bodies, List<(string Path, AssetRow Asset)> files, long results) => new()
    {
        CreatedAt = contents.Document.At,
        Dataset = new PackageDataset(contents.Id.Value, contents.Document.Name, contents.Version, contents.Hash),
        Filters = new PackageFilters(isPart ? [.. sections.Select(section => section.Id.Value)] : [], run?.Id.Value),
        Sections = [.. sections.Select((section, index) => new PackageSection(
            section.Id.Value,
            section.Name,
            paths[index],
            section.ItemCount,
            section.Chunks.Sum(chunk => chunk.Bytes),
            bodies[index].Aggregate(0u, (crc, body) => Formats.Streams.Crc32Combination.Combine(crc, body.Crc32, body.Bytes)),
            [.. section.Chunks.Select(chunk => new PackageRange(chunk.Bytes, chunk.TextSha256))]))],
        Assets = [.. files.Select(file => new PackageAsset(file.Path, file.Asset.MimeType, file.Asset.Bytes, file.Asset.Sha256))],
        Run = run is null ? null : new PackageRun(run.Id.Value, run.Name, run.Model, run.Provider, run.Status.ToWire(), run.CreatedAt, run.DatasetVersion),
        Counts = new PackageCounts(sections.Count, Items, files.Count, results),
    };

    /// <summary>The files of exported items, by path. One that an item names and nobody has sent is not there; two items with one path for two files get paths of their own.</summary>
    private async Task<List<(string Path, AssetRow Asset)>> AssetsAsync(CancellationToken cancellationToken)
    {
        var references = sections.SelectMany(section => section.Chunks).SelectMany(chunk => chunk.Assets ?? []).Where(asset => asset.Sha256 is not null)
            .DistinctBy(asset => (asset.Path, asset.Sha256)).ToList();
        var known = await assets.FindAsync([.. references.Select(asset => asset.Sha256!).Distinct()], cancellationToken);
        SortedDictionary<string, AssetRow> files = new(StringComparer.Ordinal);
        foreach (var reference in references.OrderBy(asset => asset.Path, StringComparer.Ordinal).ThenBy(asset => asset.Sha256, StringComparer.Ordinal))
        {
            if (known.TryGetValue(reference.Sha256!, out var asset))
            {
                var path = PackageLayout.AssetPath(reference.Path) is { } own && (!files.TryGetValue(own, out var other) || other.Sha256 == asset.Sha256) ? own : asset.Path;
                files[path] = asset;
            }
        }

        return [.. files.Select(pair => (pair.Key, pair.Value))];
    }

    private string TagOf()
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{PackageLayout.WriterRevision}\n{contents.Workspace}\n{contents.Id}\n{contents.Version}-{contents.Hash}\n{(isPart ? string.Join(',', sections.Select(section => section.Id.Value)) : "*")}\n{run?.Id.Value ?? "-"}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
    }

    private sealed class StoredBlobs(IBlobSlices slices) : IPackageBlobs
    {
        private string? name;
        private BlobPath path;

        public ValueTask ReadAsync(string blob, long offset, Memory<byte> target, CancellationToken cancellationToken)
        {
            if (!ReferenceEquals(name, blob))
            {
                name = blob;
                path = BlobPath.Parse(blob);
            }

            return slices.ReadAsync(path, offset, target, cancellationToken);
        }

        public ValueTask DisposeAsync() => slices.DisposeAsync();
    }
}

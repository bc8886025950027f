using System.Text.Json;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Packages;

/// <summary>A section in a package that is read.</summary>
/// <param name="Id">As the manifest has it; it may be another system's.</param>
/// <param name="ItemCount">What the manifest says, if it says so.</param>
/// <param name="Ranges">Lengths of the ranges that the file's text was in where it was written; empty when the manifest does not say. Kept, they give the same package again.</param>
public sealed record SectionFile(string Name, string? Id, ZipEntry Entry, long? ItemCount, IReadOnlyList<long> Ranges);

/// <summary>A file under <c>assets/</c>.</summary>
/// <param name="Sha256">What the manifest says, if it says so.</param>
public sealed record AssetFile(string Path, ZipEntry Entry, string? Sha256);

/// <summary>The run of a package: its configuration is there, and what else there is.</summary>
public sealed record PackageRunFiles(string? Name, string? Model, string? Provider, DateTimeOffset? CreatedAt, ZipEntry? Config, ZipEntry Results, ZipEntry? LightEvalConfig);

/// <summary>
/// A package that somebody sent, ours or eval_752's: its archive is sound (<see cref="ZipDirectory"/>), and it is known which file is what. What is in sections, assets and results is read, and checked, by whoever takes it.
/// A manifest may be missing; where there is one, the archive has to be what it says.
/// </summary>
public sealed class DatasetPackage
{
    /// <summary>Files that describe, which are read into memory.</summary>
    private const int DescriptionBytes = 64 * 1024 * 1024;

    private readonly ZipDirectory directory;

    private DatasetPackage(ZipDirectory directory) => this.directory = directory;

    /// <summary>Null when nothing says it.</summary>
    public string? Name { get; private set; }

    public string? Description { get; private set; }

    public JsonElement? Schema { get; private set; }

    /// <summary>In the order of the manifest, else of their paths.</summary>
    public IReadOnlyList<SectionFile> Sections { get; private set; } = [];

    public IReadOnlyList<AssetFile> Assets { get; private set; } = [];

    public PackageRunFiles? Run { get; private set; }

    /// <summary>What is in the archive and belongs to no package; it is not taken.</summary>
    public IReadOnlyList<string> LeftOut { get; private set; } = [];

    /// <summary>Everything that is wrong; when there is something, the rest means little.</summary>
    public IReadOnlyList<ContentError> Errors { get; private set; } = [];

    /// <summary>Opens a package. Nothing of its content is unpacked but what describes it.</summary>
    /// <param name="content">Seekable; has to stay open as long as files are read.</param>
    /// <param name="bounds">How far to go.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="InvalidDataException">The archive is none, is damaged, or was made to do harm.</exception>
    public static async Task<DatasetPackage> OpenAsync(Stream content, UploadBounds bounds, CancellationToken cancellationToken)
    {
        var package = new DatasetPackage(await ZipDirectory.ReadAsync(content, bounds, cancellationToken));
        await package.ReadAsync(cancellationToken);
        return package;
    }

    /// <inheritdoc cref="ZipDirectory.Open"/>
    public Stream Open(ZipEntry entry) => directory.Open(entry);

    /// <summary>A small file of the package, whole.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or larger than such files are.</exception>
    public async Task<byte[]> ReadAsync(ZipEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Length > DescriptionBytes)
        {
            throw ZipDirectory.Refused($"{ZipFiles.Shown(entry.Name)} is larger than {DescriptionBytes:N0} bytes.");
        }

        var bytes = new byte[entry.Length];
        await using var content = Open(entry);
        await content.ReadExactlyAsync(bytes, cancellationToken);
        // Past the end, where the checksum is looked at.
        await content.CopyToAsync(Stream.Null, cancellationToken);
        return bytes;
    }

    private static bool IsSilent(string name) =>
        name.StartsWith("__MACOSX/", StringComparison.Ordinal) || name.EndsWith("/.DS_Store", StringComparison.Ordinal) || name is ".DS_Store";

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        List<ContentError> errors = [];
        var files = directory.Entries.Where(entry => !IsSilent(entry.Name)).ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        var claims = new ManifestClaims(errors);
        if (files.Remove(PackageLayout.Manifest, out var manifest))
        {
            claims.Read(await ReadAsync(manifest, cancellationToken));
        }

        if (files.Remove(PackageLayout.Meta, out var meta))
        {
            claims.ReadMeta(await ReadAsync(meta, cancellationToken));
        }

        Name = claims.Name;
        Description = claims.Description;
        Schema = claims.Schema;
        Sections = TakeSections(files, claims, errors);
        Assets = TakeAssets(files, claims, errors);
        Run = TakeRun(files, claims, errors);
        LeftOut = [.. files.Keys.Order(StringComparer.Ordinal)];
        if (Sections.Count == 0 && errors.Count == 0)
        {
            errors.Add(new ContentError("This is no dataset package: it has no sections/*.jsonl.", File: PackageLayout.SectionFolder));
        }

        Errors = errors;
    }

    private static List<SectionFile> TakeSections(Dictionary<string, ZipEntry> files, ManifestClaims claims, List<ContentError> errors)
    {
        var inFolder = files.Keys
            .Where(name => name.StartsWith(PackageLayout.SectionFolder, StringComparison.Ordinal) && name.EndsWith(PackageLayout.SectionExtension, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToList();
        List<SectionFile> sections = [];
        foreach (var claim in claims.Sections)
        {
            var path = claim.PathAmong(inFolder);
            if (path is null || !files.Remove(path, out var entry))
            {
                errors.Add(new ContentError($"The manifest names the section \"{claim.Name}\", and its file {(claim.Path is null ? "" : claim.Path + " ")}is not in the archive.", claim.Pointer, File: PackageLayout.Manifest));
                continue;
            }

            inFolder.Remove(path);
            if ((claim.Bytes is { } bytes && bytes != entry.Length) || (claim.Crc32 is { } crc && crc != entry.Crc32))
            {
                errors.Add(new ContentError("The file is not the one that the manifest describes: its length or checksum is another.", File: path));
            }

            sections.Add(new SectionFile(claim.Name, claim.Id, entry, claim.ItemCount, claim.Ranges));
        }

        foreach (var path in inFolder)
        {
            if (claims.Sections.Count > 0)
            {
                errors.Add(new ContentError("The manifest does not name this section.", File: path));
            }

            files.Remove(path, out var entry);
            sections.Add(new SectionFile(ManifestClaims.NameOfFile(path), null, entry!, null, []));
        }

        return sections;
    }

    private static List<AssetFile> TakeAssets(Dictionary<string, ZipEntry> files, ManifestClaims claims, List<ContentError> errors)
    {
        List<AssetFile> assets = [];
        foreach (var path in files.Keys.Where(name => name.StartsWith(PackageLayout.AssetFolder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList())
        {
            files.Remove(path, out var entry);
            assets.Add(new AssetFile(path, entry!, claims.Assets.GetValueOrDefault(path)));
        }

        foreach (var missing in claims.Assets.Keys.Except(assets.Select(asset => asset.Path), StringComparer.Ordinal))
        {
            errors.Add(new ContentError($"The manifest names the asset {ZipFiles.Shown(missing)}, which is not in the archive.", File: PackageLayout.Manifest));
        }

        return assets;
    }

    private static PackageRunFiles? TakeRun(Dictionary<string, ZipEntry> files, ManifestClaims claims, List<ContentError> errors)
    {
        files.Remove(PackageLayout.RunConfig, out var config);
        files.Remove(PackageLayout.LightEvalConfig, out var lightEval);
        if (files.Remove(PackageLayout.Results, out var results))
        {
            return new PackageRunFiles(claims.RunName, claims.RunModel, claims.RunProvider, claims.RunCreatedAt, config, results, lightEval);
        }

        if (config is not null || claims.HasRun)
        {
            errors.Add(new ContentError("The package speaks of a run, and its results.jsonl is not in the archive.", File: config is null ? PackageLayout.Manifest : PackageLayout.RunConfig));
        }

        return null;
    }
}

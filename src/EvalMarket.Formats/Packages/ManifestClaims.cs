using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Packages;

/// <summary>
/// What <c>manifest.json</c> and <c>meta.json</c> of a package say. Ours has the members of <see cref="PackageManifest"/>; others' are read as far as they are alike: a name at <c>dataset.name</c>, <c>dataset_name</c> or <c>name</c>,
/// sections with <c>name</c> or <c>title</c> and <c>path</c> or <c>file</c>.
/// </summary>
internal sealed class ManifestClaims(List<ContentError> errors)
{
    private const int NameLength = 200;

    public string? Name { get; private set; }

    public string? Description { get; private set; }

    public JsonElement? Schema { get; private set; }

    public List<Section> Sections { get; } = [];

    /// <summary>Path to hash, null where none is given.</summary>
    public Dictionary<string, string?> Assets { get; } = new(StringComparer.Ordinal);

    public bool HasRun { get; private set; }

    public string? RunName { get; private set; }

    public string? RunModel { get; private set; }

    public string? RunProvider { get; private set; }

    public DateTimeOffset? RunCreatedAt { get; private set; }

    /// <summary>A section's name where only its file says one: <c>sections/02-capitals.jsonl</c> is "capitals".</summary>
    public static string NameOfFile(string path)
    {
        var name = path[PackageLayout.SectionFolder.Length..^PackageLayout.SectionExtension.Length];
        var digits = name.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return digits > 0 && name[digits] is '-' or '_' && digits + 1 < name.Length ? name[(digits + 1)..] : name;
    }

    public void Read(byte[] json)
    {
        if (Parse(json, PackageLayout.Manifest) is not { } manifest)
        {
            return;
        }

        var dataset = manifest.Member("dataset");
        Name = Shortened(dataset?.MemberText("name") ?? manifest.MemberText("dataset_name") ?? manifest.MemberText("name") ?? manifest.MemberText("title"));
        Description = dataset?.MemberText("description") ?? manifest.MemberText("description");
        if (manifest.Member("sections") is { } sections)
        {
            var index = 0;
            foreach (var section in sections.Items)
            {
                ReadSection(section, index++);
            }
        }

        foreach (var asset in manifest.Member("assets")?.Items ?? [])
        {
            if (asset.MemberText("path") is { } path)
            {
                path = path.StartsWith(PackageLayout.AssetFolder, StringComparison.Ordinal) ? path : PackageLayout.AssetFolder + path;
                Assets.TryAdd(path, asset.MemberText("sha256")?.ToLowerInvariant());
            }
        }

        if (manifest.Member("run") is { ValueKind: JsonValueKind.Object } run)
        {
            HasRun = true;
            RunName = Shortened(run.MemberText("name"));
            RunModel = Shortened(run.MemberText("model"));
            RunProvider = Shortened(run.MemberText("provider"));
            RunCreatedAt = run.MemberTime("created_at");
        }
    }

    public void ReadMeta(byte[] json)
    {
        if (Parse(json, PackageLayout.Meta) is not { } meta)
        {
            return;
        }

        Name ??= Shortened(meta.MemberText("name") ?? meta.MemberText("title"));
        Description = meta.MemberText("description") ?? Description;
        Schema = meta.Member("schema")?.Clone();
    }

    private static string? Shortened(string? text)
    {
        var clean = text?.Trim();
        return string.IsNullOrEmpty(clean) ? null : clean.Length <= NameLength ? clean : clean[..(char.IsHighSurrogate(clean[NameLength - 1]) ? NameLength - 1 : NameLength)];
    }

    private void ReadSection(JsonElement section, int index)
    {
        var id = section.ValueKind == JsonValueKind.String ? section.GetString() : section.MemberText("id") ?? section.MemberText("section_id");
        var name = Shortened(section.MemberText("name") ?? section.MemberText("title") ?? id);
        var path = section.MemberText("path") ?? section.MemberText("file") ?? section.MemberText("filename");
        if (name is null && path is null)
        {
            errors.Add(new ContentError("A section has neither a name nor a path.", $"/sections/{index}", File: PackageLayout.Manifest));
            return;
        }

        if (path is not null && !path.Contains('/', StringComparison.Ordinal))
        {
            path = PackageLayout.SectionFolder + path;
        }

        var crc = section.Member("crc32") is { ValueKind: JsonValueKind.Number } value && value.TryGetUInt32(out var number) ? number : (uint?)null;
        Sections.Add(new Section(
            name ?? NameOfFile(PackageLayout.SectionFolder + Path.GetFileName(path) + (path!.EndsWith(PackageLayout.SectionExtension, StringComparison.Ordinal) ? "" : PackageLayout.SectionExtension)),
            id,
            path,
            section.MemberCount("item_count") ?? section.MemberCount("count"),
            section.MemberCount("bytes"),
            crc,
            [.. (section.Member("chunks")?.Items ?? []).Select(chunk => chunk.MemberCount("bytes") ?? 0)],
            $"/sections/{index}"));
    }

    private JsonElement? Parse(byte[] json, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(WellFormedText.OfJson(json, out _), JsonText.ReadOptions);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document.RootElement.Clone();
            }

            errors.Add(new ContentError("This must be a JSON object.", "", File: file));
        }
        catch (JsonException exception)
        {
            errors.Add(new ContentError(JsonProblem.Describe(exception), File: file));
        }

        return null;
    }

    /// <summary>A section as the manifest has it.</summary>
    public sealed record Section(string Name, string? Id, string? Path, long? ItemCount, long? Bytes, uint? Crc32, IReadOnlyList<long> Ranges, string Pointer)
    {
        /// <summary>Its file: where the manifest gives no path, that of its id or name.</summary>
        public string? PathAmong(List<string> files) =>
            Path ?? files.Find(file => Id is not null && file == $"{PackageLayout.SectionFolder}{Id}{PackageLayout.SectionExtension}")
            ?? files.Find(file => file == $"{PackageLayout.SectionFolder}{Name}{PackageLayout.SectionExtension}")
            ?? files.Find(file => NameOfFile(file) == PackageLayout.Slug(Name));
    }
}

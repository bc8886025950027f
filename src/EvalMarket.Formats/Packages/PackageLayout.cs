using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Packages;

/// <summary>What the files of a package are called, and the bytes of those that describe it.</summary>
public static class PackageLayout
{
    public const string Extension = ".eval752.zip";
    public const string Manifest = "manifest.json";
    public const string Meta = "meta.json";
    public const string RunConfig = "run_config.json";
    public const string Results = "results.jsonl";
    public const string LightEvalConfig = "lighteval_config.yaml";
    public const string SectionFolder = "sections/";
    public const string SectionExtension = ".jsonl";
    public const string AssetFolder = "assets/";

    /// <summary>Changes when the same dataset would give other bytes: part of the ETag.</summary>
    public const int WriterRevision = 1;

    private const int NameLength = 60;

    private static readonly PackageJson Models = new(new JsonSerializerOptions(PackageJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Letters and digits of any script, '-' and '_' may stand in a file's name; all else could mean something to a shell or a file system.</summary>
    public static string Slug(string name, int longest = NameLength)
    {
        var slug = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (slug.Length + rune.Utf16SequenceLength > longest)
            {
                break;
            }

            if (Rune.IsLetterOrDigit(rune) || rune.Value is '_')
            {
                slug.Append(Rune.ToLowerInvariant(rune));
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        return slug.ToString().TrimEnd('-');
    }

    /// <summary>The file of a section: its place among the exported ones keeps the order, and keeps names apart.</summary>
    /// <param name="index">From 0.</param>
    /// <param name="count">Of all exported sections.</param>
    /// <param name="name">Of the section.</param>
    public static string SectionPath(int index, int count, string name)
    {
        var digits = Math.Max(2, count.ToString(CultureInfo.InvariantCulture).Length);
        var slug = Slug(name);
        return SectionFolder + (index + 1).ToString("D" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) + (slug.Length > 0 ? "-" + slug : "") + SectionExtension;
    }

    /// <summary>The download's name.</summary>
    public static string FileName(string dataset, long version, bool isPart, bool hasRun)
    {
        var slug = Slug(dataset);
        return $"{(slug.Length > 0 ? slug : "dataset")}-v{version}{(isPart ? "-sections" : "")}{(hasRun ? "-run" : "")}{Extension}";
    }

    public static byte[] Write(PackageManifest manifest) => Ended(JsonSerializer.SerializeToUtf8Bytes(manifest, Models.PackageManifest));

    public static byte[] Write(PackageMeta meta) => Ended(JsonSerializer.SerializeToUtf8Bytes(meta, Models.PackageMeta));

    /// <summary>Any JSON, indented; an empty object for none.</summary>
    public static byte[] Json(JsonElement? value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, JsonText.WriterOptions with { Indented = true, NewLine = "\n" }))
        {
            if (value is { } element)
            {
                JsonText.WriteElement(writer, element);
            }
            else
            {
                writer.WriteStartObject();
                writer.WriteEndObject();
            }
        }

        return Ended(bytes.WrittenSpan.ToArray());
    }

    /// <summary>Where a file of an item goes; null for a path that leads elsewhere, or could on some system.</summary>
    public static string? AssetPath(string path)
    {
        path = path.StartsWith(AssetFolder, StringComparison.Ordinal) ? path : AssetFolder + path;
        return path.Contains('\\', StringComparison.Ordinal) || ZipFiles.WhyUnsafe(path) is not null ? null : path;
    }

    /// <summary>A path as it can be shown.</summary>
    public static string Shown(string path) => ZipFiles.Shown(path);

    private static byte[] Ended(byte[] json) => [.. json, (byte)'\n'];
}

using System.Buffers;
using System.Security.Cryptography;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Bundles;

/// <summary>Reads the reference archive: files at its root, of the accepted types, each read whole once so that its checksum, size and type are known to be right.</summary>
public sealed class ReferenceArchive
{
    /// <summary>Name of the file, in messages and downloads.</summary>
    public const string FileName = "reference.zip";

    private const int BufferBytes = 128 * 1024;

    /// <summary>What operating systems leave in archives.</summary>
    private static readonly string[] Litter = ["Thumbs.db", "desktop.ini", "__MACOSX"];

    private readonly List<ReferenceFile> files = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    private ReferenceArchive()
    {
    }

    /// <summary>The files that are accepted, by name.</summary>
    public IReadOnlyList<ReferenceFile> Files => files;

    /// <summary>Also of files that are there and not accepted: that is told once.</summary>
    internal bool Has(string name) => names.Contains(name);

    /// <summary>Reads an archive and notes what is wrong with it.</summary>
    internal static async Task<ReferenceArchive> CheckAsync(
        UploadedFile file, BundleBounds bounds, IReadOnlySet<string> used, BundleProblems errors, BundleProblems warnings, CancellationToken cancellationToken)
    {
        var result = new ReferenceArchive();
        await using var archives = new UploadArchives(bounds.Uploads);
        IReadOnlyList<UploadItem> items;
        try
        {
            if (!await IsZipAsync(file, cancellationToken))
            {
                errors.Add(new ContentError("This is no ZIP archive.", "", File: FileName));
                return result;
            }

            items = await archives.ListAsync(file, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            errors.Add(new ContentError(exception.Message, "", File: FileName));
            return result;
        }

        var litter = 0;
        foreach (var item in items)
        {
            var name = item.File.Path[(file.Path.Length + 1)..];
            if (IsLitter(name))
            {
                litter++;
                continue;
            }

            var problem = item.Problem ?? (name.Contains('/', StringComparison.Ordinal) ? "Files must be at the root of the archive; this one is in a folder." : null);
            if (problem is null)
            {
                problem = await result.AddAsync(name, item.File, bounds, used, cancellationToken);
            }

            result.names.Add(name);
            if (problem is not null)
            {
                errors.Add(new ContentError(problem, FieldChecks.At("", name), File: FileName));
            }
            else if (!used.Contains(name))
            {
                warnings.Add(new ContentError("No task names this file.", FieldChecks.At("", name), File: FileName));
            }
        }

        if (litter > 0)
        {
            warnings.Add(new ContentError($"{litter:N0} {(litter == 1 ? "file" : "files")} that operating systems leave in archives (__MACOSX and the like) {(litter == 1 ? "is" : "are")} ignored.", "", File: FileName));
        }

        return result;
    }

    /// <summary>Opens one file of an archive that was found good; null when there is none of that name.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    public static async Task<Stream?> OpenAsync(UploadedFile archive, string name, CancellationToken cancellationToken)
    {
        var archives = new UploadArchives(new UploadBounds { Entries = int.MaxValue / 1024, Bytes = long.MaxValue / 2, Ratio = int.MaxValue });
        IReadOnlyList<UploadItem> items;
        await using (archives)
        {
            items = await archives.ListAsync(archive, cancellationToken);
        }

        // What is opened after the archives were closed opens its archive for itself, and closes it with its own stream.
        return items.FirstOrDefault(item => item.Problem is null && item.File.Path == $"{archive.Path}/{name}") is { } found ? await found.File.OpenAsync(cancellationToken) : null;
    }

    private static bool IsLitter(string path)
    {
        var segments = path.Split('/');
        return segments[^1].StartsWith('.') || segments.Any(segment => Litter.Contains(segment, StringComparer.OrdinalIgnoreCase));
    }

    private static async Task<bool> IsZipAsync(UploadedFile file, CancellationToken cancellationToken)
    {
        var head = new byte[4];
        await using var content = await file.OpenAsync(cancellationToken);
        var read = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        return ZipFiles.IsZip(head.AsSpan(0, read));
    }

    private async Task<string?> AddAsync(string name, UploadedFile file, BundleBounds bounds, IReadOnlySet<string> used, CancellationToken cancellationToken)
    {
        if (name.Length > bounds.IdLength)
        {
            return $"A name of a file has at most {bounds.IdLength} characters.";
        }

        if (file.Length > bounds.ReferenceBytes)
        {
            return $"A reference file has at most {bounds.ReferenceBytes:N0} bytes; this one has {file.Length:N0}.";
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var content = await file.OpenAsync(cancellationToken);
            var read = await content.ReadAtLeastAsync(buffer, FileKinds.HeadBytes, throwOnEndOfStream: false, cancellationToken);
            var kind = FileKinds.Of(name, buffer.AsSpan(0, Math.Min(read, FileKinds.HeadBytes)), read <= FileKinds.HeadBytes, out var problem);
            if (problem is not null)
            {
                return problem;
            }

            long bytes = 0;
            for (; read > 0; read = await content.ReadAsync(buffer, cancellationToken))
            {
                hash.AppendData(buffer, 0, read);
                bytes += read;
            }

            files.Add(new ReferenceFile(name, kind, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()), used.Contains(name)));
            return null;
        }
        catch (InvalidDataException exception)
        {
            return exception.Message;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

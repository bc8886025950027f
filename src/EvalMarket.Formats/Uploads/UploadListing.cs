using System.Globalization;

namespace EvalMarket.Formats.Uploads;

/// <summary>A file to look at.</summary>
/// <param name="File">Where it is.</param>
/// <param name="Container">The archive or folder that it came in; null for a file that was sent by itself.</param>
/// <param name="Problem">Why it cannot be opened.</param>
internal sealed record UploadItem(UploadedFile File, string? Container, string? Problem = null);

/// <summary>All files of an upload, those of its archives included: paths and sizes, no content.</summary>
internal sealed class UploadListing(UploadArchives archives, UploadBounds bounds)
{
    /// <summary>What operating systems, version control and packers leave in folders.</summary>
    private static readonly string[] SilentFolders = ["__MACOSX", ".git", ".svn", ".hg"];

    private static readonly string[] SilentFiles = ["Thumbs.db", "desktop.ini"];

    private bool isFull;

    public List<UploadItem> Items { get; } = [];

    /// <summary>Every archive and folder of the upload.</summary>
    public SortedSet<string> Containers { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a sent file, or the entries of a sent archive.</summary>
    public async ValueTask AddAsync(UploadedFile file, CancellationToken cancellationToken)
    {
        var slash = file.Path.IndexOf('/', StringComparison.Ordinal);
        var folder = slash > 0 ? file.Path[..slash] : null;
        if (folder is not null)
        {
            Containers.Add(folder);
            if (IsSilent(file.Path))
            {
                return;
            }
        }

        if (!await IsZipAsync(file, cancellationToken))
        {
            Add(new UploadItem(file, folder));
            return;
        }

        Containers.Add(file.Path);
        try
        {
            var entries = await archives.ListAsync(file, cancellationToken);
            foreach (var entry in entries.Where(entry => !IsSilent(entry.File.Path[(file.Path.Length + 1)..])))
            {
                Add(entry);
            }
        }
        catch (InvalidDataException exception)
        {
            Add(new UploadItem(file, file.Path, exception.Message));
        }
    }

    private void Add(UploadItem item)
    {
        if (Items.Count < bounds.Entries)
        {
            Items.Add(item);
        }
        else if (!isFull)
        {
            isFull = true;
            Items.Add(item with { Problem = string.Create(CultureInfo.InvariantCulture, $"There are more than {bounds.Entries:N0} files in this upload; those from here on were left out. Send them in parts.") });
        }
    }

    private static bool IsSilent(string path)
    {
        var segments = path.Split('/');
        var name = segments[^1];
        return name.StartsWith('.') || SilentFiles.Contains(name, StringComparer.OrdinalIgnoreCase) || segments.AsSpan(0, segments.Length - 1).ContainsAny(SilentFolders);
    }

    private static async ValueTask<bool> IsZipAsync(UploadedFile file, CancellationToken cancellationToken)
    {
        var start = new byte[4];
        await using var content = await file.OpenAsync(cancellationToken);
        var read = await content.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return ZipFiles.IsZip(start.AsSpan(0, read));
    }
}

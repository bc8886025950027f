using System.Globalization;
using System.IO.Compression;

namespace EvalMarket.Formats.Uploads;

/// <summary>
/// Opens the archives of an upload and the files in them. One archive is open at a time, until another one or the end of the upload; what is opened after that opens its archive for itself.
/// </summary>
internal sealed class UploadArchives(UploadBounds bounds) : IAsyncDisposable
{
    private ZipFile? current;
    private bool isClosed;
    private long unpacked;

    public UploadBounds Bounds => bounds;

    /// <summary>The files of an archive: no folders, and those that cannot be opened with the reason.</summary>
    /// <exception cref="InvalidDataException">The archive as a whole is damaged, or beyond the bounds.</exception>
    public async ValueTask<IReadOnlyList<UploadItem>> ListAsync(UploadedFile archive, CancellationToken cancellationToken)
    {
        var zip = await CurrentAsync(archive, cancellationToken);
        var entries = zip.Entries;
        long packed = 0;
        long whole = 0;
        foreach (var entry in entries)
        {
            // Small steps: sizes in a directory can be any number.
            if (entry.CompressedLength < 0 || entry.Length < 0 || entry.CompressedLength > archive.Length - packed)
            {
                throw new InvalidDataException("The archive is damaged: its files are larger than the archive, or lie over one another.");
            }

            packed += entry.CompressedLength;
            if (entry.Length > bounds.Bytes - unpacked - whole)
            {
                throw TooMuch();
            }

            whole += entry.Length;
        }

        Take(whole);
        // Names in other encodings than UTF-8 may look alike without being so.
        var names = entries.CountBy(entry => ZipFiles.PathOf(entry.FullName)).Where(pair => pair.Value > 1 && !pair.Key.Contains('\uFFFD', StringComparison.Ordinal)).Select(pair => pair.Key).ToHashSet();
        List<UploadItem> items = [];
        HashSet<string> told = [];
        for (var index = 0; index < entries.Count; index++)
        {
            var entry = entries[index];
            var path = ZipFiles.PathOf(entry.FullName);
            if (path.EndsWith('/'))
            {
                continue;
            }

            var problem = ZipFiles.WhyUnsafe(path) ?? ZipFiles.WhyUnreadable(entry, bounds);
            if (names.Contains(path))
            {
                if (!told.Add(path))
                {
                    continue;
                }

                problem = "The archive has several files of this name; none of them was read.";
            }

            var place = index;
            var file = new UploadedFile($"{archive.Path}/{ZipFiles.Shown(path)}", entry.Length, cancellation => OpenAsync(archive, place, cancellation));
            items.Add(new UploadItem(file, archive.Path, problem));
        }

        // The directory's own order is whatever the packer took.
        return [.. items.OrderBy(item => item.File.Path, StringComparer.Ordinal)];
    }

    /// <summary>Counts bytes that a file unpacked to.</summary>
    /// <exception cref="InvalidDataException">The upload unpacks to more than it may.</exception>
    public void Take(long bytes)
    {
        unpacked += bytes;
        if (unpacked > bounds.Bytes)
        {
            throw TooMuch();
        }
    }

    public async ValueTask DisposeAsync()
    {
        isClosed = true;
        if (current is not null)
        {
            await current.DisposeAsync();
            current = null;
        }
    }

    private async ValueTask<Stream> OpenAsync(UploadedFile archive, int index, CancellationToken cancellationToken)
    {
        if (!isClosed)
        {
            return await (await CurrentAsync(archive, cancellationToken)).OpenAsync(index, owner: null, cancellationToken);
        }

        var own = await ZipFile.OpenAsync(archive, bounds, cancellationToken);
        try
        {
            return await own.OpenAsync(index, own, cancellationToken);
        }
        catch
        {
            await own.DisposeAsync();
            throw;
        }
    }

    private async ValueTask<ZipFile> CurrentAsync(UploadedFile archive, CancellationToken cancellationToken)
    {
        if (current is not null && ReferenceEquals(current.File, archive))
        {
            return current;
        }

        if (current is not null)
        {
            await current.DisposeAsync();
            current = null;
        }

        current = await ZipFile.OpenAsync(archive, bounds, cancellationToken);
        return current;
    }

    private InvalidDataException TooMuch() =>
        new(string.Create(CultureInfo.InvariantCulture, $"The archives of this upload unpack to more than {bounds.Bytes:N0} bytes. Send them in parts."));

    /// <summary>An open archive.</summary>
    private sealed class ZipFile : IAsyncDisposable
    {
        private readonly ZipArchive archive;

        private ZipFile(UploadedFile file, ZipArchive archive)
        {
            File = file;
            this.archive = archive;
        }

        public UploadedFile File { get; }

        public IReadOnlyList<ZipArchiveEntry> Entries => archive.Entries;

        public static async ValueTask<ZipFile> OpenAsync(UploadedFile file, UploadBounds bounds, CancellationToken cancellationToken)
        {
            var content = new DirectoryMeter(await file.OpenAsync(cancellationToken), bounds.Entries);
            ZipArchive? zip = null;
            try
            {
                zip = await ZipArchive.CreateAsync(content, ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null, cancellationToken);
                if (zip.Entries.Count > bounds.Entries)
                {
                    throw content.TooMany();
                }

                content.IsListed = true;
                return new ZipFile(file, zip);
            }
            catch (Exception exception)
            {
                if (zip is not null)
                {
                    await zip.DisposeAsync();
                }

                await content.DisposeAsync();
                if (content.Problem is null && exception is not (InvalidDataException or EndOfStreamException or ArgumentException or OverflowException))
                {
                    throw;
                }

                throw new InvalidDataException(content.Problem ?? "This ZIP archive is damaged or cut off: pack it again.", exception);
            }
        }

        public async ValueTask<Stream> OpenAsync(int index, IAsyncDisposable? owner, CancellationToken cancellationToken)
        {
            var entry = archive.Entries[index];
            try
            {
                return new ZipEntryStream(await entry.OpenAsync(cancellationToken), entry.Length, entry.Crc32, owner);
            }
            catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException)
            {
                throw new InvalidDataException($"This file of the archive cannot be unpacked: {exception.Message}", exception);
            }
        }

        public ValueTask DisposeAsync() => archive.DisposeAsync();
    }
}

using System.Runtime.CompilerServices;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Formats;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Datasets.Csv;
using EvalMarket.Formats.Ids;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Datasets.Csv;

/// <summary>Takes the rows of a CSV file into a dataset as one change, or says what that would do. Memory holds some hundred rows, the ids that the file names, and what is rejected.</summary>
public sealed class CsvImport(EvalMarketDbContext db, DatasetDirectory directory, ItemWriting writing, IOptions<Limits> limits, TimeProvider clock)
{
    private const int FirstRows = 10;

    /// <summary>Characters of a cell in a preview.</summary>
    private const int CellCharacters = 300;

    /// <summary>New sections that a preview names.</summary>
    private const int NamedSections = 100;

    /// <summary>Imports all rows, or all that have no errors.</summary>
    /// <param name="dataset">Where to.</param>
    /// <param name="content">The file, read once.</param>
    /// <param name="fileName">Named in the version's summary; "" when it has none.</param>
    /// <param name="choices">How.</param>
    /// <param name="progress">Called again and again.</param>
    /// <param name="alongside">Runs in the transaction, right before its commit, with the rejects file when there is one.</param>
    /// <param name="cancellationToken">Cancels, without a trace.</param>
    /// <returns>Not found; invalid with the errors of the file or of its rows.</returns>
    public async Task<Outcome<CsvImportResult>> ImportAsync(
        DatasetId dataset,
        Stream content,
        string fileName,
        CsvChoices choices,
        Func<CancellationToken, Task>? progress,
        Func<CsvImportResult, ReadOnlyMemory<byte>?, CancellationToken, Task>? alongside,
        CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(dataset, cancellationToken) is not { } view)
        {
            return new NotFound();
        }

        List<ContentError> errors = [];
        using var file = await OpenAsync(content, choices, errors, cancellationToken);
        if (file is null || file.Errors.Count > 0)
        {
            return Refused([.. errors, .. file?.Errors ?? []]);
        }

        var rejects = new CsvRejectList(file.Header);
        var counts = new Counts();
        CsvImportResult Result(ItemWriteResult written) => CsvImportResult.Of(written, rejects, file.BlankRows, counts.Replaced);
        var outcome = await writing.WriteAsync(
            dataset,
            WritesAsync(view, file, choices, rejects, counts, cancellationToken),
            new ItemWriteOptions
            {
                Section = choices.Section,
                IsReadElsewhere = true,
                Summary = written => $"{ItemTally.Describe(written)}{(fileName.Length > 0 ? $" from {fileName}" : " from a CSV file")}",
                Progress = progress is null ? null : (_, token) => progress(token),
                Alongside = alongside is null ? null : (written, token) => alongside(Result(written), rejects.File, token),
            },
            cancellationToken);
        return outcome.Succeeded(out var result, out var failure) ? Result(result) : failure;
    }

    /// <summary>Reads the file as an import would, and writes nothing.</summary>
    /// <param name="dataset">Where it would go.</param>
    /// <param name="content">The file.</param>
    /// <param name="choices">How.</param>
    /// <param name="patience">After that only the beginning counts; null to read to the end.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Outcome<CsvPreview>> PreviewAsync(DatasetId dataset, Stream content, CsvChoices choices, TimeSpan? patience, CancellationToken cancellationToken) =>
        (await LookAsync(dataset, content, choices, patience, null, cancellationToken)).Succeeded(out var look, out var failure) ? look.Preview : failure;

    /// <summary>The same, with the rows that have errors as a file.</summary>
    /// <param name="progress">Called again and again.</param>
    internal async Task<Outcome<CsvLook>> LookAsync(
        DatasetId dataset, Stream content, CsvChoices choices, TimeSpan? patience, Func<CancellationToken, Task>? progress, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(dataset, cancellationToken) is not { } view)
        {
            return new NotFound();
        }

        if (choices.Section is { } section && view.Sections.All(each => each.Id != section))
        {
            return new Invalid("invalid_section", "There is no such section in this dataset.", [new ContentError("There is no such section in this dataset.", "/section_id")]);
        }

        List<ContentError> errors = [];
        using var file = await OpenAsync(content, choices, errors, cancellationToken);
        if (file is null)
        {
            return new CsvLook(new CsvPreview { Errors = errors, IsRefused = true }, null);
        }

        var preview = new CsvPreview
        {
            Encoding = file.Encoding?.ToDisplay(),
            EncodingName = file.Encoding?.ToWire(),
            Delimiter = file.Delimiter.ToString(),
            Columns = [.. file.Columns.Select(column => new CsvPreviewColumn(column.Name, column.Target.ToString()))],
            Errors = [.. errors, .. file.Errors],
            IsRefused = file.Errors.Count > 0,
        };
        return preview.IsRefused ? new CsvLook(preview, null) : await LookAsync(view, file, preview, patience, progress, cancellationToken);
    }

    private async Task<CsvLook> LookAsync(
        DatasetView view, CsvFile file, CsvPreview preview, TimeSpan? patience, Func<CancellationToken, Task>? progress, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var plan = new CsvPlan(db, view, limits.Value.SectionsPerDataset);
        List<CsvPreviewRow> first = [];
        var rejects = new CsvRejectList(file.Header);
        var (rows, created, updated, replaced, isWhole, isCut) = (0L, 0L, 0L, 0L, true, false);
        await foreach (var (row, isUpdate) in plan.ReadAsync(file, cancellationToken))
        {
            rows++;
            isCut |= row.IsEndOfReading;
            if (row.Patch is not { } patch)
            {
                rejects.Add(row);
            }
            else
            {
                replaced += patch.ReplacedCharacters;
                created += isUpdate ? 0 : 1;
                updated += isUpdate ? 1 : 0;
            }

            if (first.Count < FirstRows)
            {
                first.Add(new CsvPreviewRow(row.Number, [.. row.Cells.Select(Shorten)], row.Patch is null));
            }

            if (progress is not null)
            {
                await progress(cancellationToken);
            }

            if (patience is { } most && clock.GetElapsedTime(began) > most)
            {
                isWhole = false;
                break;
            }
        }

        return new CsvLook(preview with
        {
            FirstRows = first,
            Rows = rows,
            Created = created,
            Updated = updated,
            Rejected = rejects.Count,
            Errors = rejects.Errors,
            IsRefused = isCut,
            NewSections = [.. plan.NewSections.Take(NamedSections)],
            BlankRows = file.BlankRows,
            ReplacedCharacters = replaced,
            IsWhole = isWhole,
        }, rejects.File);
    }

    private async IAsyncEnumerable<ItemWrite> WritesAsync(
        DatasetView view, CsvFile file, CsvChoices choices, CsvRejectList rejects, Counts counts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var plan = new CsvPlan(db, view, limits.Value.SectionsPerDataset);
        await foreach (var (row, isUpdate) in plan.ReadAsync(file, cancellationToken))
        {
            if (row.Patch is { } patch)
            {
                counts.Replaced += patch.ReplacedCharacters;
                yield return new ItemWrite
                {
                    // Of a row that can only update nothing but the id is used.
                    Item = patch.Input is null ? new DatasetItem { Id = patch.Id, Input = "" } : patch.Create(),
                    Patch = isUpdate ? patch.Apply : null,
                    SectionName = patch.Section,
                    Origin = ItemOrigin.Csv,
                    Line = row.Number,
                };
            }
            else if (choices.SkipsErrors && !row.IsEndOfReading)
            {
                rejects.Add(row);
            }
            else
            {
                yield return new ItemWrite { Origin = ItemOrigin.Csv, Errors = row.Errors, Line = row.Number };
            }
        }
    }

    private async ValueTask<CsvFile?> OpenAsync(Stream content, CsvChoices choices, List<ContentError> errors, CancellationToken cancellationToken)
    {
        var mapping = string.IsNullOrWhiteSpace(choices.Mapping) ? null : CsvColumns.ReadMapping(choices.Mapping, errors);
        if (errors.Count > 0)
        {
            return null;
        }

        var bounds = new CsvLimits
        {
            Columns = limits.Value.CsvColumns,
            CellCharacters = limits.Value.CsvCellLength,
            RowCharacters = Math.Max(limits.Value.CsvCellLength, limits.Value.LineBytes / 4),
            HistoryBytes = limits.Value.HistoryBytes,
        };
        return await CsvFile.OpenAsync(content, new CsvOptions { Mapping = mapping, History = choices.History, Delimiter = choices.Delimiter, Encoding = choices.Encoding, Limits = bounds }, cancellationToken);
    }

    private static Invalid Refused(IReadOnlyList<ContentError> errors) => new("invalid_csv", errors[0].Message, errors);

    private static string Shorten(string cell) => cell.Length <= CellCharacters ? cell : $"{cell[..(char.IsHighSurrogate(cell[CellCharacters - 1]) ? CellCharacters - 1 : CellCharacters)]}…";

    private sealed class Counts
    {
        public long Replaced { get; set; }
    }
}

/// <summary>What a look through a file has found.</summary>
/// <param name="Rejects">The rows with errors as a CSV file; null when there are none, or more than are kept.</param>
internal sealed record CsvLook(CsvPreview Preview, ReadOnlyMemory<byte>? Rejects);

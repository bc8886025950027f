using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Exports;

/// <summary>An export that somebody asked for: sent at once, or made as a job and kept as a file until it expires. Rows are in the database alone.</summary>
public sealed class ExportRow : IWorkspaceOwned
{
    public const int NameLength = 200;
    public const int DetailLength = 500;
    public const int FileNameLength = 300;

    public required string Workspace { get; init; }

    public required ExportId Id { get; init; }

    /// <summary>Wire name of the format; <see cref="ExportOrder.Package"/> for our own.</summary>
    public required string Format { get; init; }

    /// <summary>Null for sessions.</summary>
    public DatasetId? DatasetId { get; init; }

    /// <summary>JSON: the <see cref="ExportOrder"/>, so that it can be made again.</summary>
    public required string Order { get; init; }

    /// <summary>What the dataset was called; "Evals" for sessions.</summary>
    public required string Name { get; init; }

    /// <summary>Sections, run and version in words; empty for sessions, whose filter says it.</summary>
    public required string Detail { get; init; }

    /// <summary>Sessions or items.</summary>
    public required long Records { get; init; }

    public required string FileName { get; init; }

    public required string ContentType { get; init; }

    /// <summary>The job that makes the file; null when it was sent at once.</summary>
    public JobId? JobId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>Length of the file; null while nobody knows.</summary>
    public long? Bytes { get; set; }

    /// <summary>When the file was whole, or all of it sent. With a job, the commit point: before, no file counts.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Until when the file is kept; null when there is none.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
}

using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Bundles;

/// <summary>How far a bundle or a submission is read.</summary>
public sealed record BundleBounds
{
    /// <summary>Tasks of a bundle.</summary>
    public int Tasks { get; init; } = 100_000;

    /// <summary>Criteria of one task.</summary>
    public int CriteriaPerTask { get; init; } = 100;

    /// <summary>Characters of a task id or a criterion's id.</summary>
    public int IdLength { get; init; } = 200;

    /// <summary>Bytes of one task, one answer or one response.</summary>
    public int EntryBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Errors and warnings that are told, each.</summary>
    public int Problems { get; init; } = 1_000;

    /// <summary>For the reference archive.</summary>
    public UploadBounds Uploads { get; init; } = new() { Entries = 10_000, Bytes = 2L * 1024 * 1024 * 1024 };

    /// <summary>Bytes of one reference file.</summary>
    public long ReferenceBytes { get; init; } = 256L * 1024 * 1024;
}

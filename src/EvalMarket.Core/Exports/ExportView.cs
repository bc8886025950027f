using EvalMarket.Core.Jobs;

namespace EvalMarket.Core.Exports;

/// <summary>Where an export stands. Wire names are the lower-case words.</summary>
public enum ExportState
{
    /// <summary>Sent at once, not to its end (yet).</summary>
    Begun = 1,

    /// <summary>Sent at once.</summary>
    Sent,

    Queued,

    Running,

    /// <summary>The file can be downloaded.</summary>
    Ready,

    Failed,

    Cancelled,

    /// <summary>The file is gone; the export can be made again.</summary>
    Expired,
}

/// <summary>An export with the job that makes it.</summary>
/// <param name="Job">Null when it was sent at once.</param>
public sealed record ExportView(ExportRow Row, Job? Job, ExportState State)
{
    public ExportOrder Order => ExportOrder.Read(Row.Order);

    public bool IsGoingOn => State is ExportState.Queued or ExportState.Running;

    internal static ExportView Of(ExportRow row, Job? job, DateTimeOffset now) => new(row, job, row switch
    {
        { JobId: null, FinishedAt: null } => ExportState.Begun,
        { JobId: null } => ExportState.Sent,
        { FinishedAt: not null } => row.ExpiresAt > now ? ExportState.Ready : ExportState.Expired,
        _ => job?.Status switch
        {
            JobStatus.Queued => ExportState.Queued,
            // Its file was made and the job has not said so yet, or it has ended and the row was read before.
            JobStatus.Running or JobStatus.Completed => ExportState.Running,
            JobStatus.Cancelled => ExportState.Cancelled,
            _ => ExportState.Failed,
        },
    });
}

/// <summary>Exports in a list.</summary>
/// <param name="Next">The page after begins behind this id; null when there is none.</param>
public sealed record ExportPage(IReadOnlyList<ExportView> Items, Formats.Ids.ExportId? Next);

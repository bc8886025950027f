using EvalMarket.Core.Data;
using EvalMarket.Formats.Ids;

namespace EvalMarket.Core.Jobs;

/// <summary>Work that takes longer than a request. Its row is its queue place, its progress and its answer.</summary>
public sealed class Job : IWorkspaceOwned
{
    public required string Workspace { get; init; }

    public required JobId Id { get; init; }

    /// <summary>Names the handler: <c>session_import</c>, …</summary>
    public required string Kind { get; init; }

    /// <summary>What people see: "Import of 3 files".</summary>
    public required string Title { get; init; }

    public JobStatus Status { get; set; } = JobStatus.Queued;

    /// <summary>JSON that the handler understands: what to do.</summary>
    public required string Payload { get; init; }

    /// <summary>JSON that the handler saved in the transaction of its last batch: where to go on after a restart.</summary>
    public string? Checkpoint { get; set; }

    public long Done { get; set; }

    /// <summary>Null while nobody knows.</summary>
    public long? Total { get; set; }

    /// <summary>JSON: the body that the synchronous answer would have had.</summary>
    public string? Result { get; set; }

    /// <summary>JSON array of content errors, or of one with the reason of the failure.</summary>
    public string? Errors { get; set; }

    public required string CreatedBy { get; init; }

    public Guid? CreatedByUser { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public bool CancelRequested { get; set; }

    /// <summary>The instance that works on it, and until when the others leave it alone.</summary>
    public string? LeaseOwner { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    /// <summary>How often it was started; a job that kills its process is not started for ever.</summary>
    public int Attempts { get; set; }
}

/// <summary>Wire names are the lower-case words; the numbers are stored.</summary>
public enum JobStatus
{
    Queued = 1,
    Running = 2,
    Completed = 3,
    Failed = 4,
    Cancelled = 5,
}

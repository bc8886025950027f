using System.ComponentModel.DataAnnotations;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core;

/// <summary>
/// Every bound that the product puts on what people and programs send. Each is a setting (<c>Limits:SyncBytes</c>) and is published,
/// in snake_case, by <c>GET /api/limits</c>. Sizes are bytes, lengths are UTF-16 code units.
/// </summary>
public sealed class Limits
{
    private const long Kilobyte = 1024;
    private const long Megabyte = 1024 * Kilobyte;
    private const long Gigabyte = 1024 * Megabyte;

    /// <summary>A request with a larger body becomes a job.</summary>
    [Range(1, long.MaxValue)]
    public long SyncBytes { get; set; } = 32 * Megabyte;

    /// <summary>The largest body of any request.</summary>
    [Range(1, long.MaxValue)]
    public long UploadBytes { get; set; } = 2 * Gigabyte;

    /// <summary>The longest line of a JSONL file: one session, message or item.</summary>
    [Range(1, int.MaxValue)]
    public int LineBytes { get; set; } = (int)(64 * Megabyte);

    /// <summary>The messages of one session, together, as they are stored.</summary>
    [Range(1, long.MaxValue)]
    public long SessionBytes { get; set; } = 256 * Megabyte;

    /// <summary>Messages of one session.</summary>
    [Range(1, int.MaxValue)]
    public int SessionMessages { get; set; } = 100_000;

    /// <summary>The name that a source gives a session or message. Published, but no setting: a longer one would be another session's after it was cut.</summary>
    public int ExternalIdLength { get; } = SessionLimits.ExternalId;

    /// <summary>A session's title. The column holds 500.</summary>
    [Range(1, 500)]
    public int TitleLength { get; set; } = 500;

    /// <summary>A tag. The column holds 100.</summary>
    [Range(1, 100)]
    public int TagLength { get; set; } = 100;

    /// <summary>Eval tags on one session.</summary>
    [Range(1, 10_000)]
    public int TagsPerSession { get; set; } = 100;

    /// <summary>Eval notes, an expected output or a comment.</summary>
    [Range(1, int.MaxValue)]
    public int NoteLength { get; set; } = 100_000;

    /// <summary>Ids named in one bulk request.</summary>
    [Range(1, 1_000_000)]
    public int BulkIds { get; set; } = 10_000;

    /// <summary>The largest <c>limit</c> of a list.</summary>
    [Range(1, 1000)]
    public int PageSize { get; set; } = 1000;

    /// <summary>The history of one dataset item; longer ones keep the newest messages.</summary>
    [Range(1, int.MaxValue)]
    public int HistoryBytes { get; set; } = (int)(256 * Kilobyte);

    /// <summary>Sections of one dataset.</summary>
    [Range(1, 10_000)]
    public int SectionsPerDataset { get; set; } = 1_000;

    /// <summary>Public links of a workspace that work.</summary>
    [Range(0, 1_000_000)]
    public int LinksPerWorkspace { get; set; } = 10_000;

    /// <summary>Columns of a CSV file.</summary>
    [Range(1, 100_000)]
    public int CsvColumns { get; set; } = 1_000;

    /// <summary>A cell of a CSV file.</summary>
    [Range(1, int.MaxValue)]
    public int CsvCellLength { get; set; } = (int)(4 * Megabyte);

    /// <summary>Days in which a deleted dataset can be brought back.</summary>
    [Range(0, 3_650)]
    public int DeletedDatasetDays { get; set; } = 30;

    /// <summary>Days after which versions of a dataset that have no name, are not pinned and not the newest are thinned.</summary>
    [Range(1, 36_500)]
    public int UnnamedVersionDays { get; set; } = 90;

    /// <summary>Files in one upload, and entries in one uploaded archive.</summary>
    [Range(1, int.MaxValue)]
    public int UploadFiles { get; set; } = 100_000;

    /// <summary>What an uploaded archive may unpack to.</summary>
    [Range(1, long.MaxValue)]
    public long UnpackedBytes { get; set; } = 8 * Gigabyte;

    /// <summary>How many times its packed size a file of an archive may unpack to, when that is more than a few megabytes.</summary>
    [Range(1, int.MaxValue)]
    public int UnpackedRatio { get; set; } = 200;

    /// <summary>A file that belongs to items of datasets.</summary>
    [Range(1, long.MaxValue)]
    public long AssetBytes { get; set; } = 25 * Megabyte;

    /// <summary>All files that wait together for one import.</summary>
    [Range(1, long.MaxValue)]
    public long ImportBytes { get; set; } = 16 * Gigabyte;

    /// <summary>Hours after which uploaded files that nobody imported are removed.</summary>
    [Range(1, 24 * 365)]
    public int ImportHours { get; set; } = 24;

    /// <summary>Sessions or items of one export from which on the dialogs make the file as a job, unless somebody asks for it at once.</summary>
    [Range(1, long.MaxValue)]
    public long DirectExportRecords { get; set; } = 50_000;

    /// <summary>Hours for which the file of an export that a job made can be downloaded.</summary>
    [Range(1, 24 * 365)]
    public int ExportHours { get; set; } = 72;

    /// <summary>Days for which the list of exports remembers one.</summary>
    [Range(1, 3_650)]
    public int ExportDays { get; set; } = 90;

    /// <summary>Exports of a workspace whose files are kept or being made.</summary>
    [Range(1, 100_000)]
    public int StoredExports { get; set; } = 100;

    /// <summary>The responses of one submission.</summary>
    [Range(1, int.MaxValue)]
    public long SubmissionBytes { get; set; } = 256 * Megabyte;

    /// <summary>Tasks of a bundle.</summary>
    [Range(1, 1_000_000)]
    public int BundleTasks { get; set; } = 100_000;

    /// <summary>Members and open invitations of a workspace.</summary>
    [Range(1, int.MaxValue)]
    public int MembersPerWorkspace { get; set; } = 500;

    /// <summary>API keys of a workspace that are not revoked.</summary>
    [Range(1, int.MaxValue)]
    public int KeysPerWorkspace { get; set; } = 100;

    /// <summary>Workspaces that one person owns.</summary>
    [Range(1, int.MaxValue)]
    public int WorkspacesPerUser { get; set; } = 50;

    /// <summary>Annotation queues of a workspace.</summary>
    [Range(1, int.MaxValue)]
    public int QueuesPerWorkspace { get; set; } = 1_000;

    /// <summary>Sessions in one annotation queue.</summary>
    [Range(1, int.MaxValue)]
    public int SessionsPerQueue { get; set; } = 1_000_000;

    /// <summary>The name of an annotation queue. The column holds 200.</summary>
    [Range(1, 200)]
    public int QueueNameLength { get; set; } = 200;

    /// <summary>How many reviews an annotation queue may ask for of each session.</summary>
    [Range(1, 100)]
    public int ReviewsPerSession { get; set; } = 20;

    /// <summary>How many minutes a session may be kept for a reviewer.</summary>
    [Range(1, 7 * 24 * 60)]
    public int ReservationMinutes { get; set; } = 24 * 60;

    /// <summary>Why a session was skipped or flagged. The columns hold 1,000.</summary>
    [Range(1, 1_000)]
    public int ReasonLength { get; set; } = 1_000;

    /// <summary>Requests a minute of one API key or one signed-in person. 0 lifts the limit.</summary>
    [Range(0, int.MaxValue)]
    public int RequestsPerMinutePerKey { get; set; } = 30_000;

    /// <summary>Requests a minute from one address without sign-in. 0 lifts the limit.</summary>
    [Range(0, int.MaxValue)]
    public int RequestsPerMinutePerAddress { get; set; } = 6_000;

    /// <summary>Failed sign-ins a minute for one account from one address; ten times as many for the address as a whole.</summary>
    [Range(1, int.MaxValue)]
    public int SignInAttemptsPerMinute { get; set; } = 10;
}

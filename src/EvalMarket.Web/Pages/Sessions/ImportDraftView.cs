using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Formats.Transcripts;
using EvalMarket.Web.Pages.Jobs;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>Where files can be dropped.</summary>
/// <param name="Action">The import page, or a draft that gets more files.</param>
/// <param name="IsDraft">The address is that of a draft.</param>
/// <param name="MaxBytes">Of one file.</param>
/// <param name="MaxFiles">Of one import.</param>
internal sealed record UploadTarget(string Action, bool IsDraft, long MaxBytes, int MaxFiles)
{
    /// <summary>Media that folders hold beside transcripts: not worth sending.</summary>
    public const string Left = ".png,.jpg,.jpeg,.gif,.webp,.heic,.svg,.ico,.mp3,.wav,.m4a,.mp4,.mov,.webm,.pdf,.woff,.woff2,.ttf,.exe,.dll,.so,.dylib,.class,.pyc";

    /// <summary>What people call the formats.</summary>
    public static string Formats => string.Join(", ", TranscriptReaders.All.Select(format => format.DisplayName));
}

/// <summary>A draft as its page shows it: what was found, what is being looked for, or what became of it.</summary>
internal sealed record ImportDraftView(ImportDraft Draft, string Workspace, bool MayLabel)
{
    /// <summary>The first of the sessions that came in, as they are now.</summary>
    public IReadOnlyList<SessionRow> Rows { get; init; } = [];

    /// <summary>Rows of a list that are shown; the rest is said as a number.</summary>
    public const int MaxRows = 50;

    /// <summary>Left-out files that are shown before somebody asks for the rest.</summary>
    public const int MaxLeftOut = 12;

    /// <summary>Errors of one file that are shown.</summary>
    public const int MaxErrors = 10;

    public string Href => Addresses.ImportDraft(Workspace, Draft.Id.Value);

    public ImportPreview? Preview => Draft.Preview;

    /// <summary>1 collecting files, 2 looking at what was found, 3 importing.</summary>
    public int Step => Draft switch
    {
        { Import: not null } => 3,
        { Preview: not null } or { Check: not null } => 2,
        _ => 1,
    };

    public JobView? Import => Draft.Import is { } job ? new JobView(job, Workspace, MayCancel: true) : null;

    /// <summary>The looking, while it goes on or when it came to nothing.</summary>
    public JobView? Check => Draft is { Preview: null, Check: { } job } ? new JobView(job, Workspace, MayCancel: true) : null;

    /// <summary>New sessions: of those found, the ones that are not here.</summary>
    public long New => Preview is { } found ? found.Sessions - found.Present : 0;

    /// <summary>"Import 12 sessions".</summary>
    public string ImportWords => $"Import {Display.Count(Preview?.Sessions ?? 0, "session")}";

    /// <summary>"3 Jan – 20 Nov 2026".</summary>
    public static string Dates(DateTimeOffset? from, DateTimeOffset? to) => (from, to) switch
    {
        ({ } first, { } last) when first.UtcDateTime.Date == last.UtcDateTime.Date => Day(first, true),
        ({ } first, { } last) => $"{Day(first, first.UtcDateTime.Year != last.UtcDateTime.Year)} – {Day(last, true)}",
        _ => Display.None,
    };

    private static string Day(DateTimeOffset time, bool withYear) =>
        time.UtcDateTime.ToString(withYear ? "d MMM yyyy" : "d MMM", System.Globalization.CultureInfo.InvariantCulture);
}

using System.Text.Json;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats;

namespace EvalMarket.Core.Sessions.Import;

/// <summary>What an import would bring, found by reading all of it. Nothing has been written.</summary>
public sealed record ImportPreview
{
    /// <summary>More sources than this are counted, not listed; so are files that are passed over.</summary>
    public const int MaxSources = 1_000;

    /// <summary>More errors than this are counted, not listed.</summary>
    public const int MaxErrors = SessionImportResult.MaxErrors;

    /// <summary>Sessions that are shown.</summary>
    public const int MaxExamples = 20;

    /// <summary>Values of a field that are listed.</summary>
    public const int MaxValues = 12;

    /// <summary>Uploaded files.</summary>
    public int Files { get; init; }

    public long Bytes { get; init; }

    /// <summary>Sessions that can be imported, each external id once.</summary>
    public long Sessions { get; init; }

    /// <summary>Of them, those whose external id the workspace has: they are updated, or stay as they are when nothing changed.</summary>
    public long Present { get; init; }

    /// <summary>Sessions that come again later in the files: the last one counts.</summary>
    public long Repeated { get; init; }

    /// <summary>Turns with an answer.</summary>
    public long Turns { get; init; }

    public long Messages { get; init; }

    public long PromptTokens { get; init; }

    public long CompletionTokens { get; init; }

    /// <summary>When the first session began; null when no session says it.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>When the last session began.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The commonest first.</summary>
    public IReadOnlyList<FacetValue> Models { get; init; } = [];

    public IReadOnlyList<FacetValue> Projects { get; init; } = [];

    public IReadOnlyList<FacetValue> Formats { get; init; } = [];

    /// <summary>What is read, in the order of the upload.</summary>
    public IReadOnlyList<ImportPreviewSource> Sources { get; init; } = [];

    public long SourceCount { get; init; }

    /// <summary>What no reader takes: files of the upload and of its archives.</summary>
    public IReadOnlyList<LeftOutFile> LeftOut { get; init; } = [];

    /// <summary>Files that should have been transcripts and are none.</summary>
    public long RefusedCount { get; init; }

    /// <summary>Files that lie beside transcripts.</summary>
    public long PassedOverCount { get; init; }

    /// <summary>Lines, and sessions, that cannot be imported.</summary>
    public long ErrorCount { get; init; }

    /// <summary>The first sessions.</summary>
    public IReadOnlyList<ImportExample> Examples { get; init; } = [];

    /// <summary>The answer of the API, the same for a request and for a job.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SessionImportJson.Default.ImportPreview);

    /// <summary>What a job of <see cref="ImportCheckJob"/> left as its result.</summary>
    public static ImportPreview? Read(string json) => JsonSerializer.Deserialize(json, SessionImportJson.Default.ImportPreview);
}

/// <summary>One thing that is read.</summary>
/// <param name="Name">As the sender calls it; of an entry of an archive with the archive's name.</param>
/// <param name="Format">Wire name of the format.</param>
/// <param name="Reason">Why it was taken for that.</param>
/// <param name="Present">Sessions that the workspace has.</param>
/// <param name="Errors">The first ones.</param>
public sealed record ImportPreviewSource(
    string Name, string Format, string Reason, int Files, long Bytes, long Sessions, long Turns, long Present, long ErrorCount, IReadOnlyList<ContentError> Errors);

/// <summary>What is not imported, and why.</summary>
/// <param name="Name">A file, or the folder or archive that the files lie in.</param>
/// <param name="Files">How many.</param>
/// <param name="IsRefused">It was sent to be read; else it only lies beside what is.</param>
public sealed record LeftOutFile(string Name, string Reason, int Files, bool IsRefused);

/// <summary>A session as it would come in.</summary>
/// <param name="Prompt">The beginning of the first prompt.</param>
/// <param name="IsPresent">The workspace has it.</param>
/// <param name="Source">Name of the file it is in.</param>
public sealed record ImportExample(string? Title, string Prompt, int Turns, DateTimeOffset? CreatedAt, string? Model, bool IsPresent, string Source);

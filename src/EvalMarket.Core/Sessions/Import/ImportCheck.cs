using System.Security.Cryptography;
using System.Text;
using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats;
using EvalMarket.Formats.Sessions;
using EvalMarket.Formats.Uploads;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Sessions.Import;

/// <summary>Reads an upload as an import would, and says what it would bring. Writes nothing. Memory holds one session, and eight bytes for each.</summary>
public sealed class ImportCheck(EvalMarketDbContext db, IOptions<Limits> limits)
{
    /// <summary>Sessions whose external ids are looked up together.</summary>
    private const int LookUp = 500;

    /// <summary>Different values of a field that are counted; there may be a project a session.</summary>
    private const int MaxCounted = 10_000;

    /// <summary>Looks through the files of one request.</summary>
    public Task<ImportPreview> CheckAsync(IReadOnlyList<UploadedFile> files, string? format, CancellationToken cancellationToken) => CheckAsync(
        ImportSources.FindAsync(files, format, limits.Value, cancellationToken), files.Count, files.Sum(file => file.Length), null, null, cancellationToken);

    /// <summary>Looks through all sources.</summary>
    /// <param name="sources">In their order.</param>
    /// <param name="files">Number of the files that they were found in.</param>
    /// <param name="bytes">Of the files.</param>
    /// <param name="onError">Gets every error, also those that are only counted.</param>
    /// <param name="onRecord">Called again and again: for progress.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal async Task<ImportPreview> CheckAsync(
        IAsyncEnumerable<ImportSource> sources,
        int files,
        long bytes,
        Func<ContentError, CancellationToken, ValueTask>? onError,
        Func<CancellationToken, ValueTask>? onRecord,
        CancellationToken cancellationToken)
    {
        var tally = new Tally();
        await foreach (var source in sources.WithCancellation(cancellationToken))
        {
            if (source.Format is null)
            {
                tally.LeaveOut(new LeftOutFile(source.Name ?? "", source.Reason ?? "", source.Files, !source.IsPassedOver));
                if (onRecord is not null)
                {
                    await onRecord(cancellationToken);
                }

                continue;
            }

            var into = tally.Begin(source);
            await foreach (var record in source.ReadAsync(cancellationToken))
            {
                if (SessionImport.ErrorOf(record, source.Name, limits.Value) is { } error)
                {
                    tally.Add(into, error);
                    if (onError is not null)
                    {
                        await onError(error, cancellationToken);
                    }
                }
                else if (record.Session is { } session && tally.Add(into, session))
                {
                    await LookUpAsync(tally, cancellationToken);
                }

                if (onRecord is not null)
                {
                    await onRecord(cancellationToken);
                }
            }
        }

        await LookUpAsync(tally, cancellationToken);
        return tally.Finish(files, bytes);
    }

    /// <summary>Finds which of the sessions the workspace has.</summary>
    private async Task LookUpAsync(Tally tally, CancellationToken cancellationToken)
    {
        if (tally.Pending.Count == 0)
        {
            return;
        }

        var ids = tally.Pending.Keys.ToList();
        var present = await db.Sessions.Where(row => ids.Contains(row.ExternalId!)).Select(row => row.ExternalId!).ToListAsync(cancellationToken);
        tally.Resolve(present);
    }

    /// <summary>What has been found so far in one source.</summary>
    private sealed class SourceTally(ImportSource source)
    {
        public long Sessions { get; set; }

        public long Turns { get; set; }

        public long Present { get; set; }

        public long ErrorCount { get; set; }

        public List<ContentError> Errors { get; } = [];

        public ImportPreviewSource Finish() => new(source.Name ?? "", source.Format!, source.Reason ?? "", source.Files, source.Bytes, Sessions, Turns, Present, ErrorCount, Errors);

        public string Name => source.Name ?? "";
    }

    private sealed class Tally
    {
        private readonly List<SourceTally> sources = [];
        private readonly List<LeftOutFile> leftOut = [];
        private readonly List<(ImportExample Example, string? ExternalId)> examples = [];
        private readonly HashSet<string> presentExamples = new(StringComparer.Ordinal);
        private readonly HashSet<long> seen = [];
        private readonly Dictionary<string, long> models = new(StringComparer.Ordinal);
        private readonly Dictionary<string, long> projects = new(StringComparer.Ordinal);
        private readonly Dictionary<string, long> formats = new(StringComparer.Ordinal);
        private ImportPreview totals = new();
        private int listedErrors;

        /// <summary>External ids that have not been looked up, each with where it stands.</summary>
        public Dictionary<string, SourceTally> Pending { get; } = new(StringComparer.Ordinal);

        public SourceTally Begin(ImportSource source)
        {
            var into = new SourceTally(source);
            totals = totals with { SourceCount = totals.SourceCount + 1 };
            Count(formats, source.Format);
            if (sources.Count < ImportPreview.MaxSources)
            {
                sources.Add(into);
            }

            return into;
        }

        public void LeaveOut(LeftOutFile file)
        {
            totals = totals with
            {
                RefusedCount = totals.RefusedCount + (file.IsRefused ? file.Files : 0),
                PassedOverCount = totals.PassedOverCount + (file.IsRefused ? 0 : file.Files),
            };
            if (leftOut.Count < ImportPreview.MaxSources)
            {
                leftOut.Add(file);
            }
        }

        public void Add(SourceTally into, ContentError error)
        {
            into.ErrorCount++;
            totals = totals with { ErrorCount = totals.ErrorCount + 1 };
            if (listedErrors < ImportPreview.MaxErrors)
            {
                listedErrors++;
                into.Errors.Add(error);
            }
        }

        /// <summary>True when it is time to look up.</summary>
        public bool Add(SourceTally into, Session session)
        {
            var turns = Formats.Sessions.Turns.CountPairs(session.Messages);
            var at = session.CreatedAt ?? session.Messages.FirstOrDefault(message => message.CreatedAt is not null)?.CreatedAt;
            var model = session.Model ?? session.Messages.LastOrDefault(message => message.Model is not null)?.Model;
            var isRepeated = session.ExternalId is { } id && !seen.Add(Hash(id));
            into.Sessions++;
            into.Turns += turns;
            totals = totals with
            {
                Sessions = totals.Sessions + (isRepeated ? 0 : 1),
                Repeated = totals.Repeated + (isRepeated ? 1 : 0),
                Turns = totals.Turns + turns,
                Messages = totals.Messages + session.Messages.Count,
                PromptTokens = totals.PromptTokens + (session.PromptTokens ?? 0),
                CompletionTokens = totals.CompletionTokens + (session.CompletionTokens ?? 0),
                From = at is null || totals.From < at ? totals.From : at,
                To = at is null || totals.To > at ? totals.To : at,
            };
            Count(models, model);
            Count(projects, session.Project);
            if (examples.Count < ImportPreview.MaxExamples)
            {
                var example = new ImportExample(
                    session.Title is { Length: > 0 } title ? SessionIndexing.OneLine(title, SessionIndexing.TitleLength) : null,
                    SessionIndexing.PreviewOf(session.Messages), turns, at, model, false, into.Name);
                examples.Add((example, session.ExternalId));
            }

            if (!isRepeated && session.ExternalId is { } externalId)
            {
                Pending.TryAdd(externalId, into);
            }

            return Pending.Count >= LookUp;
        }

        public void Resolve(IReadOnlyList<string> present)
        {
            foreach (var externalId in present.Where(Pending.ContainsKey))
            {
                Pending[externalId].Present++;
                totals = totals with { Present = totals.Present + 1 };
                if (examples.Exists(example => example.ExternalId == externalId))
                {
                    presentExamples.Add(externalId);
                }
            }

            Pending.Clear();
        }

        public ImportPreview Finish(int files, long bytes) => totals with
        {
            Files = files,
            Bytes = bytes,
            Models = Commonest(models),
            Projects = Commonest(projects),
            Formats = Commonest(formats),
            Sources = [.. sources.Select(source => source.Finish())],
            LeftOut = leftOut,
            Examples = [.. examples.Select(each => each.Example with { IsPresent = each.ExternalId is { } id && presentExamples.Contains(id) })],
        };

        private static void Count(Dictionary<string, long> counts, string? value)
        {
            if (value is { Length: > 0 } && (counts.Count < MaxCounted || counts.ContainsKey(value)))
            {
                counts[value] = counts.GetValueOrDefault(value) + 1;
            }
        }

        private static IReadOnlyList<FacetValue> Commonest(Dictionary<string, long> counts) =>
        [
            .. counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
                .Take(ImportPreview.MaxValues).Select(pair => new FacetValue(pair.Key, pair.Value)),
        ];

        /// <summary>Two ids with the same one would be counted as one: of a million, once in forty thousand uploads.</summary>
        private static long Hash(string externalId) => BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(externalId)));
    }
}

using System.Runtime.InteropServices;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Sessions.Lists;

/// <summary>
/// What sessions of one workspace are counted by, kept in memory: about 100 bytes a session, and a hundred thousand are gone through in a millisecond.
/// Values are numbered, so comparing them is comparing numbers. Safe to ask from several threads.
/// </summary>
internal sealed class SessionFacts
{
    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, int> places = [];
    private readonly List<Fact> facts = [];
    private readonly ValueNumbering sources = new();
    private readonly ValueNumbering authors = new();
    private readonly ValueNumbering projects = new();
    private readonly ValueNumbering models = new();
    private readonly ValueNumbering imports = new();
    private readonly ValueNumbering tags = new();

    public int Count
    {
        get
        {
            lock (gate)
            {
                return facts.Count;
            }
        }
    }

    /// <summary>Whether a filter can be answered; one by the time of review cannot, nor words, which have to become ids before.</summary>
    public static bool Knows(SessionFilter filter) => filter.ReviewedAt is null && string.IsNullOrEmpty(filter.Query);

    /// <summary>Brings sessions up to date. Those that are gone are taken away first: an id that is in both is one that came again.</summary>
    public void Apply(IEnumerable<SessionId> gone, IEnumerable<SessionFact> changed, ILookup<SessionId, string> changedTags)
    {
        lock (gate)
        {
            foreach (var id in gone)
            {
                Remove(TypeId.BitsOf(id));
            }

            foreach (var session in changed)
            {
                var fact = new Fact
                {
                    Id = TypeId.BitsOf(session.Id),
                    CreatedAt = session.CreatedAt.UtcTicks,
                    Source = sources.Number(session.Source),
                    Author = authors.Number(session.Author),
                    Project = projects.Number(session.Project),
                    Model = models.Number(session.Model),
                    Import = imports.Number(session.Import?.Value),
                    Ready = session.EvalReady,
                    Status = session.EvalStatus,
                    Tags = [.. changedTags[session.Id].Select(tags.Number)],
                };
                ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, fact.Id, out var isKnown);
                if (isKnown)
                {
                    facts[place] = fact;
                }
                else
                {
                    place = facts.Count;
                    facts.Add(fact);
                }
            }
        }
    }

    /// <summary>How many match, by label.</summary>
    public IReadOnlyList<LabelGroup> CountByLabel(SessionFilter filter)
    {
        var counts = new Dictionary<(bool Ready, EvalStatus? Status), long>();
        lock (gate)
        {
            ForEach(filter, (in fact) => CollectionsMarshal.GetValueRefOrAddDefault(counts, (fact.Ready, fact.Status), out _)++);
        }

        return [.. counts.Select(count => new LabelGroup(count.Key.Ready, count.Key.Status, count.Value))];
    }

    /// <summary>The commonest values of a field among the sessions that match.</summary>
    /// <param name="part">Only values that hold this text, whatever its case; null for all.</param>
    public IReadOnlyList<FacetValue> CountByValue(SessionFacet facet, SessionFilter filter, string? part, int limit)
    {
        lock (gate)
        {
            var values = facet switch
            {
                SessionFacet.Source => sources,
                SessionFacet.Author => authors,
                SessionFacet.Project => projects,
                SessionFacet.Model => models,
                SessionFacet.Tag => tags,
                _ => throw new ArgumentOutOfRangeException(nameof(facet), facet, null),
            };
            var counts = new long[values.Count];
            ForEach(filter, (in fact) =>
            {
                if (facet == SessionFacet.Tag)
                {
                    foreach (var tag in fact.Tags)
                    {
                        counts[tag]++;
                    }
                }
                else
                {
                    counts[facet switch { SessionFacet.Source => fact.Source, SessionFacet.Author => fact.Author, SessionFacet.Project => fact.Project, _ => fact.Model }]++;
                }
            });
            return [.. counts
                .Select((count, number) => (Count: count, Value: values.ValueOf(number)))
                .Where(value => value.Count > 0 && value.Value is not null && (part is null || value.Value.Contains(part, StringComparison.OrdinalIgnoreCase)))
                .OrderByDescending(value => value.Count).ThenBy(value => value.Value, StringComparer.Ordinal)
                .Take(limit)
                .Select(value => new FacetValue(value.Value!, value.Count))];
        }
    }

    private void Remove(UInt128 id)
    {
        if (places.Remove(id, out var place))
        {
            var last = facts.Count - 1;
            if (place != last)
            {
                facts[place] = facts[last];
                places[facts[place].Id] = place;
            }

            facts.RemoveAt(last);
        }
    }

    private delegate void Counting(in Fact fact);

    private void ForEach(SessionFilter filter, Counting count)
    {
        var (wantedSources, wantedAuthors, wantedProjects) = (sources.NumbersOf(filter.Sources), authors.NumbersOf(filter.Authors), projects.NumbersOf(filter.Projects));
        var (wantedModels, wantedTags) = (models.NumbersOf(filter.Models), tags.NumbersOf(filter.Tags));
        var wantedImports = imports.NumbersOf([.. filter.Imports.Select(import => import.Value)]);
        var (from, to) = (filter.From?.UtcTicks ?? long.MinValue, filter.To?.UtcTicks ?? long.MaxValue);
        var all = CollectionsMarshal.AsSpan(facts);
        if (filter.Ids is { } ids)
        {
            foreach (var id in ids.Distinct())
            {
                if (places.TryGetValue(TypeId.BitsOf(id), out var place))
                {
                    CountIfWanted(in all[place]);
                }
            }

            return;
        }

        foreach (ref readonly var fact in all)
        {
            CountIfWanted(in fact);
        }

        void CountIfWanted(in Fact fact)
        {
            if ((wantedSources is null || wantedSources.Contains(fact.Source))
                && (wantedAuthors is null || wantedAuthors.Contains(fact.Author))
                && (wantedProjects is null || wantedProjects.Contains(fact.Project))
                && (wantedModels is null || wantedModels.Contains(fact.Model))
                && (wantedImports is null || wantedImports.Contains(fact.Import))
                && (wantedTags is null || Array.Exists(fact.Tags, wantedTags.Contains))
                && (filter.EvalReady is null || filter.EvalReady == fact.Ready)
                && (filter.Statuses.Count == 0 || (fact.Status is { } status && filter.Statuses.Contains(status)))
                && (!filter.Unlabelled || fact.Status is null or EvalStatus.NeedsReview)
                && fact.CreatedAt >= from && (fact.CreatedAt < to || filter.To is null))
            {
                count(in fact);
            }
        }
    }

    private readonly struct Fact
    {
        public required UInt128 Id { get; init; }

        public required long CreatedAt { get; init; }

        public required int Source { get; init; }

        public required int Author { get; init; }

        public required int Project { get; init; }

        public required int Model { get; init; }

        public required int Import { get; init; }

        public required bool Ready { get; init; }

        public required EvalStatus? Status { get; init; }

        public required int[] Tags { get; init; }
    }

    /// <summary>Gives each value a number; 0 is none.</summary>
    private sealed class ValueNumbering
    {
        private readonly List<string?> values = [null];
        private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

        public int Count => values.Count;

        public string? ValueOf(int number) => values[number];

        public int Number(string? value)
        {
            if (value is null)
            {
                return 0;
            }

            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, value, out var isKnown);
            if (!isKnown)
            {
                number = values.Count;
                values.Add(value);
            }

            return number;
        }

        /// <summary>Null when nothing is wanted in particular; values that no session has are left out.</summary>
        public HashSet<int>? NumbersOf(IReadOnlyList<string> wanted) =>
            wanted.Count == 0 ? null : [.. wanted.Select(value => numbers.GetValueOrDefault(value, -1)).Where(number => number > 0)];
    }
}

/// <summary>What a session is counted by, tags apart.</summary>
internal sealed record SessionFact(
    SessionId Id, DateTimeOffset CreatedAt, string? Source, string? Author, string? Project, string? Model, JobId? Import, bool EvalReady, EvalStatus? EvalStatus);

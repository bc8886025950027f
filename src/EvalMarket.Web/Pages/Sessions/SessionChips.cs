using System.Globalization;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Pages.Shared;
using EvalMarket.Web.Pages.Shared.Lists;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>The filters of a list of sessions that are on.</summary>
internal static class SessionChips
{
    /// <summary>The filters of an address, in its order; both ends of a time together.</summary>
    public static IReadOnlyList<FilterChip> Of(SessionAddress address, IReadOnlyDictionary<JobId, ImportedPart> imports)
    {
        var chips = new List<FilterChip>(address.Pairs.Count);
        foreach (var (name, value) in address.Pairs)
        {
            if (name is not (SessionFilterParameters.FromTime or SessionFilterParameters.ToTime))
            {
                chips.Add(new FilterChip(NameOf(name), name == SessionFilterParameters.Import ? Import(value, imports) : TextOf(name, value), address.Without(name, value)));
            }
        }

        var from = address.Pairs.FirstOrDefault(pair => pair.Key == SessionFilterParameters.FromTime).Value;
        var to = address.Pairs.FirstOrDefault(pair => pair.Key == SessionFilterParameters.ToTime).Value;
        if (Range(from, to) is { } range)
        {
            chips.Add(new FilterChip("Created", range, address.WithoutFields(SessionFilterParameters.FromTime, SessionFilterParameters.ToTime)));
        }

        return chips;
    }

    /// <summary>"20 Nov 2026, 23:10 UTC: 45 sessions".</summary>
    private static string Import(string value, IReadOnlyDictionary<JobId, ImportedPart> imports) =>
        TypeId.TryParse<JobId>(value, out var id) && imports.TryGetValue(id, out var part)
            ? $"{part.At.UtcDateTime.ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC: {Display.Count(part.Sessions, "session")}"
            : "by an import of which nothing is here";

    private static string? Range(string? from, string? to) => (from, to) switch
    {
        (null, null) => null,
        ({ } begin, null) => $"from {Time(begin)} on",
        (null, { } end) => $"until {Time(end)}",
        var (begin, end) when begin == end => $"on {Time(begin)}",
        var (begin, end) => $"{Time(begin)} to {Time(end)}",
    };

    /// <summary>A date in words; what has a time of day stays as it was written.</summary>
    private static string Time(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date.ToString("d MMM yyyy", CultureInfo.InvariantCulture) : text;

    private static string NameOf(string parameter) => parameter switch
    {
        SessionFilterParameters.Query => "Words",
        SessionFilterParameters.EvalReady => "In Evals",
        SessionFilterParameters.Import => "Imported",
        _ => SessionFacets.LabelOf(parameter),
    };

    private static string TextOf(string parameter, string value) => parameter switch
    {
        SessionFilterParameters.Status => EvalStatuses.TryParse(value, out var status) ? Display.Label(status) : value,
        SessionFilterParameters.Source => SourceNames.Of(value),
        SessionFilterParameters.EvalReady => value == "true" ? "yes" : "no",
        _ => value,
    };
}

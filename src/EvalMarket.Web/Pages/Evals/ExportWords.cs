using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Pages.Sessions;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Pages.Evals;

/// <summary>What an export is, in words.</summary>
internal static class ExportWords
{
    /// <summary>"Label golden or correct; tag dates; created from 2026-03-01".</summary>
    public static string Filter(SessionAddress address) => Filter(address.Pairs);

    /// <summary>The same of parameters.</summary>
    public static string Filter(IReadOnlyCollection<KeyValuePair<string, string>> pairs)
    {
        if (pairs.Count == 0)
        {
            return "None: all eval-ready sessions";
        }

        var parts = pairs.GroupBy(pair => pair.Key)
            .Select(group => $"{Name(group.Key)} {string.Join(" or ", group.Select(pair => Value(pair.Key, pair.Value)))}");
        var words = string.Join("; ", parts);
        return char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>What a record of the format is.</summary>
    public static string Explain(ISessionExporter exporter) => exporter switch
    {
        DeepEvalExporter => "one test case a turn",
        OpenAiExporter => "one line a session",
        _ => "to read",
    };

    /// <summary>What of a session the format keeps, and what it cannot carry.</summary>
    public static IReadOnlyList<(bool IsKept, string Text)> Carries(ISessionExporter exporter) => exporter switch
    {
        DeepEvalExporter =>
        [
            (true, "Each turn with its answer, and all messages before it as context"),
            (true, "The expected output, on the last turn of its session"),
            (false, "Turns without an answer"),
            (false, "Tool calls and reasoning; labels, tags, notes and comments; title, model and tokens"),
        ],
        OpenAiExporter =>
        [
            (true, "All messages with their roles, system and tool messages included"),
            (false, "The parts of messages: tool calls and reasoning"),
            (false, "Labels, tags, notes, comments and expected output; title, model and tokens"),
        ],
        _ =>
        [
            (true, "What user and assistant said, tokens, cost, model, label and tags"),
            (false, "System and tool messages, tool calls and reasoning"),
            (false, "Notes, comments and expected output"),
        ],
    };

    private static string Name(string parameter) => parameter switch
    {
        SessionFilterParameters.Query => "words",
        SessionFilterParameters.EvalReady => "in Evals:",
        SessionFilterParameters.Status => "label",
        SessionFilterParameters.Import => "imported by",
        SessionFilterParameters.FromTime => "created from",
        SessionFilterParameters.ToTime => "created until",
        _ => parameter,
    };

    private static string Value(string parameter, string value) => parameter switch
    {
        SessionFilterParameters.Query => $"“{value}”",
        SessionFilterParameters.EvalReady => value == "true" ? "yes" : "no",
        SessionFilterParameters.Status when EvalStatuses.TryParse(value, out var status) => Display.Label(status).ToLowerInvariant(),
        SessionFilterParameters.Import => "one import",
        SessionFilterParameters.Source => SourceNames.Of(value) ?? value,
        _ => value,
    };
}

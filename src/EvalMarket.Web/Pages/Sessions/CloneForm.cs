using EvalMarket.Core.Datasets.Cloning;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>What the dialog "Add to dataset" asks for.</summary>
internal sealed record CloneForm
{
    /// <summary>The choice that makes a dataset.</summary>
    public const string NewDataset = "new";

    /// <summary>A dataset's id and that of a section of it, or <see cref="NewDataset"/>.</summary>
    public string Target { get; init; } = "";

    /// <summary>Of the new dataset.</summary>
    public string Name { get; init; } = "";

    /// <summary>A section to be made; empty for the chosen one.</summary>
    public string Section { get; init; } = "";

    /// <summary>Only turns that match the fields below.</summary>
    public bool IsFiltered { get; init; }

    public string Words { get; init; } = "";

    public string Tag { get; init; } = "";

    public string Role { get; init; } = "";

    public string From { get; init; } = "";

    public string To { get; init; } = "";

    /// <summary>What is wrong, by field.</summary>
    public IReadOnlyDictionary<string, string> Errors { get; init; } = new Dictionary<string, string>();

    public static CloneForm Read(IFormCollection form) => new()
    {
        Target = form["target"].ToString(),
        Name = form["name"].ToString().Trim(),
        Section = form["section"].ToString().Trim(),
        IsFiltered = form["messages"] == "filtered",
        Words = form["words"].ToString().Trim(),
        Tag = form["message_tag"].ToString().Trim(),
        Role = form["role"].ToString(),
        From = form["said_from"].ToString(),
        To = form["said_to"].ToString(),
    };

    /// <summary>The dataset and section that were chosen; null for a new one, or for none.</summary>
    public (DatasetId Dataset, SectionId? Section)? Chosen() =>
        Target.Split(' ') is [var dataset, var section] && TypeId.TryParse<DatasetId>(dataset, out var id) && TypeId.TryParse<SectionId>(section, out var sectionId) ? (id, sectionId) : null;

    /// <summary>The filter of messages; what is wrong with it is noted.</summary>
    public MessageFilter? Filter(Dictionary<string, string> errors)
    {
        if (!IsFiltered)
        {
            return null;
        }

        var filter = new MessageFilter
        {
            Query = Words.Length > 0 ? Words : null,
            Tag = Tag.Length > 0 ? Tag : null,
            Role = Role.Length > 0 && WireNames.TryParse(Role, out MessageRole role) ? role : null,
            From = TimeOf(From, isEnd: false, "said_from", errors),
            To = TimeOf(To, isEnd: true, "said_to", errors),
        };
        if (filter.IsEmpty && errors.Count == 0)
        {
            errors["words"] = "Say which messages: words, a tag, who spoke, or when.";
        }

        return filter;
    }

    private static DateTimeOffset? TimeOf(string text, bool isEnd, string field, Dictionary<string, string> errors)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (QueryReader.TryReadTime(text, isEnd, out var time))
        {
            return time;
        }

        errors[field] = "Give a date like 2026-01-31.";
        return null;
    }
}

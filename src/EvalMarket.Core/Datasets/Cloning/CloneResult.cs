using System.Text.Json;
using System.Text.Json.Serialization;

namespace EvalMarket.Core.Datasets.Cloning;

/// <summary>What became of the turns.</summary>
public sealed record CloneResult
{
    /// <summary>Sessions that were looked at.</summary>
    public long Sessions { get; init; }

    /// <summary>Items that were made.</summary>
    public long Created { get; init; }

    /// <summary>Turns that an item of the dataset is connected to already.</summary>
    public long Duplicates { get; init; }

    /// <summary>Of the items made: those of turns without an answer, whose output is empty.</summary>
    public long WithoutOutput { get; init; }

    /// <summary>Turns that made no item, since their user messages have no text.</summary>
    public long WithoutInput { get; init; }

    /// <summary>Of the items made: those whose history is longer than <c>Limits:HistoryBytes</c>, so that only its newest part is in them.</summary>
    public long HistoryOmitted { get; init; }

    /// <summary>The dataset's version now.</summary>
    public int Version { get; init; }

    /// <summary>Its version before, where the clone was not interrupted.</summary>
    [JsonIgnore]
    public int? VersionBefore { get; init; }

    /// <summary>The answer of the API.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, DatasetCloneJson.Default.CloneResult);
}

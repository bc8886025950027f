using System.Text.Json;

namespace EvalMarket.Formats.Datasets.Exports;

/// <summary>The choices of a multiple-choice question.</summary>
/// <param name="Texts">At least two.</param>
/// <param name="Gold">Index of the right one; null when it cannot be told.</param>
internal sealed record ItemChoices(IReadOnlyList<string> Texts, int? Gold)
{
    private const int MaxChoices = 26;

    /// <summary>The letter of the right choice, as most tools name it.</summary>
    public string? Letter => Gold is { } gold ? ((char)('A' + gold)).ToString() : null;

    /// <summary>Null when the item has no choices that are texts: a list of them, or an object of texts by letter.</summary>
    public static ItemChoices? Of(DatasetItem item)
    {
        if (item.Choices is not { } choices)
        {
            return null;
        }

        List<(string Key, JsonElement Value)> entries = choices.ValueKind switch
        {
            JsonValueKind.Array => [.. choices.EnumerateArray().Select((value, index) => (((char)('A' + index)).ToString(), value))],
            JsonValueKind.Object => [.. choices.EnumerateObject().Select(property => (property.Name, property.Value))],
            _ => [],
        };
        if (entries.Count is < 2 or > MaxChoices || entries.Exists(entry => entry.Value.ValueKind != JsonValueKind.String))
        {
            return null;
        }

        var answer = (item.Answer is { } given ? JsonObjects.AsText(given) : item.Output).Trim();
        var gold = entries.FindIndex(entry => entry.Value.GetString()!.Trim() == answer);
        if (gold < 0)
        {
            gold = entries.FindIndex(entry => string.Equals(entry.Key, answer, StringComparison.OrdinalIgnoreCase));
        }

        return new ItemChoices([.. entries.Select(entry => entry.Value.GetString()!)], gold < 0 ? null : gold);
    }
}

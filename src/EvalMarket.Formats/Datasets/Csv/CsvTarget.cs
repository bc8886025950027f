namespace EvalMarket.Formats.Datasets.Csv;

/// <summary>What of an item a column holds.</summary>
public enum CsvField
{
    /// <summary>The column is left out.</summary>
    Ignore = 1,
    Id = 2,
    Section = 3,
    Input = 4,
    Output = 5,
    History = 6,
    Context = 7,
    ParticipantData = 8,
    SessionState = 9,
}

/// <summary>Where a column goes: a field, and within the three free objects the place, or the whole object.</summary>
/// <param name="Field">The field.</param>
/// <param name="Path">Keys from the outside in; empty for a whole field.</param>
public sealed record CsvTarget(CsvField Field, IReadOnlyList<string> Path)
{
    private static readonly (string Name, CsvField Field)[] Names =
    [
        ("ignore", CsvField.Ignore), ("id", CsvField.Id), ("section", CsvField.Section), ("input", CsvField.Input), ("output", CsvField.Output),
        ("history", CsvField.History), ("context", CsvField.Context), ("participant_data", CsvField.ParticipantData), ("session_state", CsvField.SessionState),
    ];

    public CsvTarget(CsvField field)
        : this(field, [])
    {
    }

    /// <summary>Context, participant data or session state.</summary>
    public bool IsObject => Field >= CsvField.Context;

    /// <summary>
    /// The wire form: <c>ignore, id, section, input, output, history, context, participant_data, session_state</c>, the last three also with keys:
    /// <c>participant_data.address.city</c>. A dot or backslash in a key has a backslash before it.
    /// </summary>
    public override string ToString() => string.Join('.', Path.Select(Escape).Prepend(Names.First(name => name.Field == Field).Name));

    /// <summary>Reads the wire form. <c>Human Message</c>, <c>AI Response</c>, <c>input.content</c> and <c>output.content</c> are understood as well.</summary>
    public static bool TryParse(string text, out CsvTarget target)
    {
        target = text.Trim().ToLowerInvariant() switch
        {
            "human message" or "human_message" or "input.content" => new CsvTarget(CsvField.Input),
            "ai response" or "ai_response" or "output.content" => new CsvTarget(CsvField.Output),
            _ => null!,
        };
        if (target is not null)
        {
            return true;
        }

        var keys = Split(text.Trim());
        var field = Names.FirstOrDefault(name => string.Equals(name.Name, keys[0], StringComparison.OrdinalIgnoreCase)).Field;
        target = new CsvTarget(field, keys[1..]);
        return field != default && (keys.Count == 1 || (target.IsObject && !keys.Contains("")));
    }

    /// <summary>Parts at each dot that no backslash stands before.</summary>
    private static List<string> Split(string text)
    {
        List<string> keys = [];
        var key = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '\\' or '.')
            {
                key.Append(text[++i]);
            }
            else if (text[i] == '.')
            {
                keys.Add(key.ToString());
                key.Clear();
            }
            else
            {
                key.Append(text[i]);
            }
        }

        keys.Add(key.ToString());
        return keys;
    }

    private static string Escape(string key) => key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(".", "\\.", StringComparison.Ordinal);

    public bool Equals(CsvTarget? other) => other is not null && Field == other.Field && Path.SequenceEqual(other.Path);

    public override int GetHashCode() => HashCode.Combine(Field, Path.Count, Path.Count > 0 ? Path[^1] : "");
}

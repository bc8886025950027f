using System.Text.Json;

namespace EvalMarket.Formats.Json;

/// <summary>Writes the members of an object; with <paramref name="AllKeys"/> those without a value too, as null or an empty list.</summary>
internal readonly record struct FieldWriter(Utf8JsonWriter Writer, bool AllKeys)
{
    public void Text(string name, string? value)
    {
        if (Name(name, value is not null))
        {
            JsonText.WriteText(Writer, value!);
        }
    }

    public void Number(string name, long? value)
    {
        if (Name(name, value is not null))
        {
            Writer.WriteNumberValue(value!.Value);
        }
    }

    public void Number(string name, decimal? value)
    {
        if (Name(name, value is not null))
        {
            Writer.WriteNumberValue(value!.Value);
        }
    }

    public void Time(string name, DateTimeOffset? value)
    {
        if (Name(name, value is not null))
        {
            Writer.WriteStringValue(Rfc3339.Format(value!.Value));
        }
    }

    public void Flag(string name, bool? value)
    {
        if (Name(name, value is not null))
        {
            Writer.WriteBooleanValue(value!.Value);
        }
    }

    public void Element(string name, JsonElement? value)
    {
        if (Name(name, value is not null))
        {
            JsonText.WriteElement(Writer, value!.Value);
        }
    }

    public void List<T>(string name, IReadOnlyList<T> values, Action<T> write)
    {
        if (values.Count == 0 && !AllKeys)
        {
            return;
        }

        Writer.WriteStartArray(name);
        foreach (var value in values)
        {
            write(value);
        }

        Writer.WriteEndArray();
    }

    /// <summary>True when the value is to be written; else null has been, where every key is wanted.</summary>
    private bool Name(string name, bool hasValue)
    {
        if (hasValue)
        {
            Writer.WritePropertyName(name);
        }
        else if (AllKeys)
        {
            Writer.WriteNull(name);
        }

        return hasValue;
    }
}

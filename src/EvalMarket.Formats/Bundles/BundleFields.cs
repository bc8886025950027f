using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Bundles;

/// <summary>Reads the objects of a bundle field by field. What is missing or of another kind is noted with its JSON pointer; what is not known is left alone.</summary>
internal sealed class BundleFields(List<ContentError> errors, BundleBounds bounds)
{
    private readonly FieldChecks checks = new(errors);

    public FieldChecks Checks => checks;

    /// <summary>An answer is missing that criteria could take their reference from: that is told once, not again for each of them.</summary>
    public bool IsAnswerMissing { get; set; }

    /// <summary>A field that has to be there, or undefined.</summary>
    public JsonElement Required(JsonElement parent, string path, string name)
    {
        if (!parent.TryGetProperty(name, out var value))
        {
            checks.Add(path, $"\"{name}\" is missing.");
        }
        else if (value.ValueKind == JsonValueKind.Null)
        {
            checks.Add(FieldChecks.At(path, name), "This must not be null.");
            return default;
        }

        return value;
    }

    /// <summary>Text that has to be there and must not be empty.</summary>
    public string? RequiredText(JsonElement parent, string path, string name, bool mayBeEmpty = false)
    {
        var value = Required(parent, path, name);
        if (value.ValueKind == JsonValueKind.Undefined || checks.Text(value, FieldChecks.At(path, name)) is not { } text)
        {
            return null;
        }

        if (!mayBeEmpty && string.IsNullOrWhiteSpace(text))
        {
            checks.Add(FieldChecks.At(path, name), "This must not be empty.");
            return null;
        }

        return text;
    }

    /// <summary>An id: text without control characters.</summary>
    public string? RequiredId(JsonElement parent, string path, string name)
    {
        var value = Required(parent, path, name);
        return value.ValueKind == JsonValueKind.Undefined ? null : checks.Text(value, FieldChecks.At(path, name), bounds.IdLength, isName: true);
    }

    /// <summary>Text that may be left out.</summary>
    public string? OptionalText(JsonElement parent, string path, string name) =>
        parent.TryGetProperty(name, out var value) ? checks.Text(value, FieldChecks.At(path, name)) : null;

    /// <summary>A number from 0 to 100 that has to be there.</summary>
    public decimal? RequiredPercent(JsonElement parent, string path, string name)
    {
        var value = Required(parent, path, name);
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number is >= 0 and <= 100)
        {
            return number;
        }

        checks.Add(FieldChecks.At(path, name), "This must be a number from 0 to 100.");
        return null;
    }

    /// <summary>A list, its elements with their pointers; nothing when it is left out or is none.</summary>
    public IEnumerable<(JsonElement Value, string Path)> OptionalList(JsonElement parent, string path, string name) =>
        parent.TryGetProperty(name, out var value) ? checks.List(value, FieldChecks.At(path, name)) : [];
}

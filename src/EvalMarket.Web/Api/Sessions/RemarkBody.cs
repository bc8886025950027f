using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Sessions;
using EvalMarket.Formats;

namespace EvalMarket.Web.Api.Sessions;

/// <summary>A comment or a tag in a request.</summary>
internal sealed record RemarkBody(string Text, string? Author)
{
    private const int AuthorLength = 200;

    public static RemarkBody Read(JsonElement json, string textProperty, MessageAnnotationKind kind, Limits limits, List<ContentError> errors)
    {
        var (text, author) = ("", (string?)null);
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new ContentError("Must be an object.", ""));
            return new RemarkBody(text, author);
        }

        foreach (var property in json.EnumerateObject())
        {
            if (property.Name == textProperty && property.Value.ValueKind == JsonValueKind.String)
            {
                text = property.Value.GetString()!.Trim();
            }
            else if (property.Name == "author" && kind == MessageAnnotationKind.Comment && property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Null)
            {
                author = property.Value.GetString();
            }
            else
            {
                errors.Add(new ContentError("There is no such property, or it is no text.", $"/{property.Name}"));
            }
        }

        if (kind == MessageAnnotationKind.Tag && SessionTags.Check(text, limits) is { } problem)
        {
            errors.Add(new ContentError(problem, $"/{textProperty}"));
        }
        else if (text.Length == 0 || text.Length > limits.NoteLength)
        {
            errors.Add(new ContentError($"Must be a text of 1 to {limits.NoteLength:N0} characters.", $"/{textProperty}"));
        }

        if (author?.Length > AuthorLength)
        {
            errors.Add(new ContentError($"Must have at most {AuthorLength} characters.", "/author"));
        }

        return new RemarkBody(text, author);
    }
}

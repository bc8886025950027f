using System.Text.Json;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Json;
using EvalMarket.Web.Infrastructure.Requests;

namespace EvalMarket.Web.Pages.Datasets.Items;

/// <summary>An item as a form: texts, the history in its text form, and free JSON as one types it.</summary>
internal sealed class ItemForm
{
    /// <summary>What the form's fields are called in a request.</summary>
    public const string Prefix = "Form";

    /// <summary>The item's hash when the form was made: somebody else's change since is seen by it.</summary>
    public string? Hash { get; set; }

    /// <summary>Where a new item goes.</summary>
    public string? Section { get; set; }

    public string? Input { get; set; }

    public string? Output { get; set; }

    public string? History { get; set; }

    public string? Context { get; set; }

    public string? ParticipantData { get; set; }

    public string? SessionState { get; set; }

    public string? Metadata { get; set; }

    /// <summary>Files of one item.</summary>
    public const int MostFiles = 50;

    /// <summary>Files that are sent with the form.</summary>
    public List<IFormFile>? Files { get; set; }

    /// <summary>Hashes of files that a former try of this form has sent.</summary>
    public List<string>? AddedFiles { get; set; }

    /// <summary>Paths of files that the item is to lose.</summary>
    public List<string>? RemoveFiles { get; set; }

    /// <summary>Those of <see cref="AddedFiles"/>, to be shown.</summary>
    [Microsoft.AspNetCore.Mvc.ModelBinding.BindNever]
    public IReadOnlyList<AssetReference> Added { get; set; } = [];

    /// <summary>Which button was pressed: <c>save</c>, <c>next</c>, <c>theirs</c>.</summary>
    public string? Do { get; set; }

    public bool GoesOn => Do == "next";

    /// <summary>The free JSON of an item: field, what people call it, and what an example of it is.</summary>
    public static IReadOnlyList<(string Field, string Label, string Example)> Objects { get; } =
    [
        (nameof(Context), "Context", """{"topic": "refunds", "tags": ["billing"]}"""),
        (nameof(ParticipantData), "Participant data", """{"name": "Jane", "tier": "gold"}"""),
        (nameof(SessionState), "Session state", """{"retry": 1}"""),
        (nameof(Metadata), "Metadata", """{"reviewed": true}"""),
    ];

    /// <summary>Field by the JSON pointer that a service names.</summary>
    public static string FieldOf(string? pointer) => pointer?.Split('/') is ["", var member, ..]
        ? member switch
        {
            "input" => nameof(Input),
            "output" => nameof(Output),
            "history" => nameof(History),
            "context" => nameof(Context),
            "participant_data" => nameof(ParticipantData),
            "session_state" => nameof(SessionState),
            "metadata" => nameof(Metadata),
            _ => "",
        }
        : "";

    public static ItemForm Of(DatasetItem item, string? hash) => new()
    {
        Hash = hash,
        Input = item.Input,
        Output = item.Output,
        History = HistoryText.Format(item.History),
        Context = PrettyJson.Of(item.Context),
        ParticipantData = PrettyJson.Of(item.ParticipantData),
        SessionState = PrettyJson.Of(item.SessionState),
        Metadata = PrettyJson.Of(item.Metadata),
    };

    /// <summary>What is typed in one of <see cref="Objects"/>.</summary>
    public string? TextOf(string field) => field switch
    {
        nameof(Context) => Context,
        nameof(ParticipantData) => ParticipantData,
        nameof(SessionState) => SessionState,
        nameof(Metadata) => Metadata,
        _ => null,
    };

    /// <summary>The item that the form says, or what is wrong by field. What was not touched stays as it is, to the last byte: opening and saving changes nothing.</summary>
    /// <param name="before">The item that the form was made from; null for a new one.</param>
    public DatasetItem? Read(DatasetItem? before, Action<string, string> wrong)
    {
        var seen = before is null ? new ItemForm() : Of(before, null);
        var isRight = true;
        var history = before?.History ?? [];
        if (!IsSame(History, seen.History))
        {
            var reading = HistoryText.Parse(Clean(History));
            history = reading.Messages;
            foreach (var error in reading.Errors)
            {
                Wrong(nameof(History), error.Line is { } line ? $"Line {line}: {error.Message}" : $"{error.Path} {error.Message}".TrimStart());
            }
        }

        if (string.IsNullOrWhiteSpace(Input))
        {
            Wrong(nameof(Input), "An item needs a human message.");
        }

        var item = (before ?? new DatasetItem { Input = "" }) with
        {
            Input = IsSame(Input, seen.Input) && before is not null ? before.Input : Clean(Input),
            Output = IsSame(Output, seen.Output) && before is not null ? before.Output : Clean(Output),
            History = history,
            Context = Json(nameof(Context), Context, seen.Context, before?.Context),
            ParticipantData = Json(nameof(ParticipantData), ParticipantData, seen.ParticipantData, before?.ParticipantData),
            SessionState = Json(nameof(SessionState), SessionState, seen.SessionState, before?.SessionState),
            Metadata = Json(nameof(Metadata), Metadata, seen.Metadata, before?.Metadata),
        };
        return isRight ? item : null;

        JsonElement Json(string field, string? text, string? shown, JsonElement? there)
        {
            if (there is { } same && IsSame(text, shown))
            {
                return same;
            }

            var (element, error) = ReadObject(text);
            if (error is not null)
            {
                Wrong(field, error);
            }

            return element;
        }

        void Wrong(string field, string message)
        {
            isRight = false;
            wrong(field, message);
        }
    }

    /// <summary>A JSON object as it was typed; an empty text is an empty object.</summary>
    public static (JsonElement Value, string? Error) ReadObject(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return (JsonObjects.Empty, null);
        }

        try
        {
            using var document = JsonDocument.Parse(text.Replace("\0", "\uFFFD", StringComparison.Ordinal), JsonText.ReadOptions);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (document.RootElement.Clone(), null)
                : (JsonObjects.Empty, "This must be a JSON object: {\"name\": value}.");
        }
        catch (JsonException exception)
        {
            return (JsonObjects.Empty, $"Line {(exception.LineNumber ?? 0) + 1}: {JsonBody.Describe(exception).Message}");
        }
    }

    /// <summary>Forms send line ends as CRLF, whatever the text had.</summary>
    public static string Clean(string? text) => (text ?? "").Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\0", "\uFFFD", StringComparison.Ordinal);

    private static bool IsSame(string? typed, string? shown) => Clean(typed).Replace('\r', '\n') == Clean(shown).Replace('\r', '\n');
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace EvalMarket.Web.Pages.Shared;

/// <summary>What just happened, shown in the corner: with the page (<see cref="Frame.Toasts"/>) or in an htmx answer's <c>HX-Trigger</c> header.</summary>
public sealed record ToastMessage(string Text)
{
    /// <summary><c>good</c>, <c>error</c>, or null for neither. Errors stay until they are dismissed.</summary>
    public string? Tone { get; init; }

    /// <summary>A second line: the way out.</summary>
    public string? Detail { get; init; }

    public ToastLink? Link { get; init; }

    public ToastUndo? Undo { get; init; }

    /// <summary>The value of an <c>HX-Trigger</c> header: <c>{"toast":{…}}</c>, ASCII only.</summary>
    /// <param name="labelsChanged">Labels are others now than a panel of the page may show: it is brought up to date.</param>
    /// <param name="closesDialog">The dialog that sent this has done its work.</param>
    /// <param name="peekGone">What the panel of the page shows is not there any more: it closes.</param>
    /// <param name="itemsChanged">Items are others now than a list of the page may show: it is fetched again.</param>
    public string ToTrigger(bool labelsChanged = false, bool peekGone = false, bool itemsChanged = false, bool closesDialog = false) => JsonSerializer.Serialize(
        new ToastTrigger(this) { LabelsChanged = labelsChanged ? true : null, PeekGone = peekGone ? true : null, ItemsChanged = itemsChanged ? true : null, CloseDialog = closesDialog ? true : null }, ToastJson.Default.ToastTrigger);
}

/// <summary>Where to look at it.</summary>
public sealed record ToastLink(string Href, string Text);

/// <summary>A form that takes it back: posted to <paramref name="Action"/> with the fields and the antiforgery token.</summary>
public sealed record ToastUndo(string Action)
{
    public string Text { get; init; } = "Undo";

    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();
}

internal sealed record ToastTrigger(ToastMessage Toast)
{
    [JsonPropertyName("labels-changed")]
    public bool? LabelsChanged { get; init; }

    [JsonPropertyName("items-changed")]
    public bool? ItemsChanged { get; init; }

    [JsonPropertyName("peek-gone")]
    public bool? PeekGone { get; init; }

    [JsonPropertyName("close-dialog")]
    public bool? CloseDialog { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ToastTrigger))]
internal sealed partial class ToastJson : JsonSerializerContext;

using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>What one node of a ChatGPT conversation says.</summary>
/// <param name="Text">As the person sees it; "" for none.</param>
/// <param name="Parts">Reasoning and images.</param>
/// <param name="MadeImages">Those of the images that a model made.</param>
/// <param name="Files">Names of what was sent along and is no image of this content.</param>
internal sealed record ChatGptContent(string Text, IReadOnlyList<MessagePart> Parts, IReadOnlyList<MessagePart> MadeImages, IReadOnlyList<string> Files)
{
    public const string Separator = "\n\n";

    public static ChatGptContent Read(JsonElement content, IEnumerable<JsonElement> attachments)
    {
        switch (content.MemberText("content_type"))
        {
            case "user_editable_context" or "model_editable_context":
                return new ChatGptContent("", [], [], []);
            case "thoughts":
                return Reasoning(Thoughts(content));
            case "reasoning_recap":
                return Reasoning([content.MemberText("content") ?? Texts(content)]);
            case "code":
                return new ChatGptContent(Fenced(Texts(content), content.MemberText("language")), [], [], []);
            case "execution_output":
                return new ChatGptContent(Fenced(Texts(content), null), [], [], []);
            default:
                return Shown(content, [.. attachments]);
        }
    }

    private static ChatGptContent Shown(JsonElement content, List<JsonElement> attachments)
    {
        List<MessagePart> images = [];
        List<MessagePart> made = [];
        var files = attachments.Where(attachment => attachment.MemberText("id") is not null).DistinctBy(attachment => attachment.MemberText("id")).ToDictionary(attachment => attachment.MemberText("id")!);
        HashSet<string> pictured = [];
        foreach (var part in (content.Member("parts") ?? default).Items)
        {
            if (part.MemberText("asset_pointer") is not { } pointer || part.MemberText("content_type") is not (null or "image_asset_pointer"))
            {
                continue;
            }

            // file-service://file-Abc, sediment://file_0123
            var id = pointer[(pointer.LastIndexOf('/') + 1)..];
            pictured.Add(id);
            var file = files.GetValueOrDefault(id);
            images.Add(SessionFacts.Image(file.MemberText("mime_type"), null, pointer, file.MemberText("name")));
            var origin = part.Member("metadata") ?? default;
            if (origin.Member("dalle") is not null || origin.Member("generation") is not null)
            {
                made.Add(images[^1]);
            }
        }

        var names = attachments.Where(attachment => !pictured.Contains(attachment.MemberText("id") ?? "")).Select(attachment => attachment.MemberText("name")).OfType<string>();
        return new ChatGptContent(Texts(content), images, made, [.. names]);
    }

    /// <summary>The texts among the parts (strings, and objects such as what was heard of a voice); older contents have one <c>text</c>.</summary>
    private static string Texts(JsonElement content)
    {
        var texts = (content.Member("parts") ?? default).Items
            .Select(part => part.ValueKind == JsonValueKind.String ? part.GetString() : part.MemberText("text"))
            .Where(text => !string.IsNullOrWhiteSpace(text));
        return string.Join(Separator, texts) is { Length: > 0 } joined ? joined : content.MemberText("text") ?? "";
    }

    private static IEnumerable<string> Thoughts(JsonElement content) => content.Member("thoughts") switch
    {
        { ValueKind: JsonValueKind.String } text => [text.GetString()!],
        { ValueKind: JsonValueKind.Array } list => list.Items.Select(thought => thought.ValueKind == JsonValueKind.String
            ? thought.GetString()!
            : string.Join('\n', new[] { thought.MemberText("summary"), thought.MemberText("content") }.Where(text => !string.IsNullOrWhiteSpace(text)))),
        _ => [Texts(content)],
    };

    private static ChatGptContent Reasoning(IEnumerable<string> texts) => new(
        "", [.. texts.Where(text => !string.IsNullOrWhiteSpace(text)).Select(text => new MessagePart { Type = MessagePartType.Reasoning, Text = text })], [], []);

    /// <summary>A block with a fence longer than any in it.</summary>
    private static string Fenced(string code, string? language)
    {
        if (string.IsNullOrWhiteSpace(code))
        {
            return "";
        }

        var longest = 0;
        var run = 0;
        foreach (var character in code)
        {
            run = character == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        var fence = new string('`', Math.Max(3, longest + 1));
        return $"{fence}{(language is null or "unknown" ? "" : SessionFacts.Short(language))}\n{code.TrimEnd('\n')}\n{fence}";
    }
}

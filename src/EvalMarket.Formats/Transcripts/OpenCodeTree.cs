using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Transcripts;

/// <summary>OpenCode's storage folder. What is held is the listing, and the files of one session.</summary>
internal sealed class OpenCodeTree(TranscriptTree tree, UploadBounds bounds)
{
    /// <summary>What else OpenCode keeps in its storage.</summary>
    private static readonly string[] OtherFolders = ["session_diff", "session_share", "session_message", "todo", "project", "share"];

    private int replaced;

    private enum Kind
    {
        Session,
        Message,
        Part,
        Other,
    }

    /// <summary>Groups files by the folder that <c>session</c>, <c>message</c> and <c>part</c> lie in.</summary>
    public static IEnumerable<TranscriptTree> Match(IReadOnlyList<UploadedFile> files)
    {
        var places = files.Select(PlaceOf).OfType<Place>().GroupBy(place => place.Root);
        foreach (var root in places)
        {
            var kinds = root.CountBy(place => place.Kind).ToDictionary();
            var isStorage = root.Key == "storage" || root.Key.EndsWith("/storage", StringComparison.Ordinal);
            var hasMessages = kinds.ContainsKey(Kind.Message);
            var hasParts = kinds.ContainsKey(Kind.Part);
            var hasSessions = kinds.ContainsKey(Kind.Session);
            if (!(hasMessages && (hasParts || hasSessions)) && !(isStorage && (hasMessages || hasParts || hasSessions)))
            {
                continue;
            }

            var reason = hasMessages && hasParts ? "Folders of sessions, messages and parts, as OpenCode keeps them."
                : hasMessages ? "These are OpenCode's messages without their parts, which hold the text: send the whole storage folder, with storage/part in it."
                : "These are files of OpenCode's storage without its messages: send the whole storage folder, with storage/message in it.";
            yield return new TranscriptTree(root.Key.Length > 0 ? root.Key : "storage", [.. root.Select(place => place.File)], reason, hasMessages && hasParts);
        }
    }

    public async IAsyncEnumerable<TranscriptRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var places = tree.Files.Select(PlaceOf).OfType<Place>().ToList();
        var messages = places.Where(place => place.Kind == Kind.Message).ToLookup(place => place.Owner, place => place.File);
        var parts = places.Where(place => place.Kind == Kind.Part).ToLookup(place => place.Owner, place => place.File);
        HashSet<string> seen = [];
        List<ContentError> errors = [];
        foreach (var file in InOrder(places.Where(place => place.Kind == Kind.Session).Select(place => place.File)))
        {
            var info = await ReadJsonAsync(file, errors, cancellationToken);
            // The name of the file can have a prefix that the folder of its messages does not have.
            var id = info?.MemberText("id") is { } own && messages.Contains(own) ? own : NameOf(file);
            seen.Add(id);
            yield return await ReadSessionAsync(file.Path, id, info, messages[id], parts, errors, cancellationToken);
            foreach (var error in errors)
            {
                yield return TranscriptRecord.Bad(error);
            }

            errors.Clear();
            replaced = 0;
        }

        // Sessions whose own file is not there.
        foreach (var session in messages.Where(session => !seen.Contains(session.Key)).OrderBy(session => session.Key, StringComparer.Ordinal))
        {
            yield return await ReadSessionAsync(FolderOf(session.First()), session.Key, null, session, parts, errors, cancellationToken);
            foreach (var error in errors)
            {
                yield return TranscriptRecord.Bad(error);
            }

            errors.Clear();
            replaced = 0;
        }
    }

    private async ValueTask<TranscriptRecord> ReadSessionAsync(
        string name, string id, JsonElement? info, IEnumerable<UploadedFile> files, ILookup<string, UploadedFile> parts, List<ContentError> errors, CancellationToken cancellationToken)
    {
        long bytes = 0;
        List<OpenCodeMessage> messages = [];
        foreach (var file in InOrder(files))
        {
            if (await ReadJsonAsync(file, errors, cancellationToken) is not { } message)
            {
                continue;
            }

            bytes += file.Length;
            List<JsonElement> said = [];
            var own = message.MemberText("id") is { } key && parts.Contains(key) ? key : NameOf(file);
            foreach (var part in InOrder(parts[own]))
            {
                bytes += part.Length;
                if (bytes > bounds.MaxSessionBytes)
                {
                    return TranscriptRecord.Bad(new ContentError($"The session is larger than {bounds.MaxSessionBytes:N0} bytes; it was left out.", File: name));
                }

                if (await ReadJsonAsync(part, errors, cancellationToken) is { } read)
                {
                    said.Add(read);
                }
            }

            messages.Add(new OpenCodeMessage(message, said));
        }

        return OpenCodeSession.Build(info, messages, id, replaced) is { Messages.Count: > 0 } session
            ? TranscriptRecord.Of(session)
            : TranscriptRecord.Bad(new ContentError("There is no conversation in this session: no message with a text.", File: name));
    }

    /// <summary>The object in a file; null, and an error, when there is none.</summary>
    private async ValueTask<JsonElement?> ReadJsonAsync(UploadedFile file, List<ContentError> errors, CancellationToken cancellationToken)
    {
        if (file.Length > bounds.MaxLineBytes)
        {
            errors.Add(new ContentError($"The file is larger than {bounds.MaxLineBytes:N0} bytes; it was left out.", File: file.Path));
            return null;
        }

        try
        {
            using var text = new MemoryStream((int)file.Length);
            await using (var content = await file.OpenAsync(cancellationToken))
            {
                await content.CopyToAsync(text, cancellationToken);
            }

            ReadOnlyMemory<byte> json = text.GetBuffer().AsMemory(0, (int)text.Length);
            json = WellFormedText.OfJson(json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json, out var wrong);
            using var document = JsonDocument.Parse(json, JsonText.ReadOptions);
            replaced += wrong;
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document.RootElement.Clone();
            }

            errors.Add(new ContentError("The file holds no JSON object; it was left out.", File: file.Path));
        }
        catch (JsonException exception)
        {
            errors.Add(new ContentError(JsonProblem.Describe(exception) + " The file was left out.", Line: exception.LineNumber + 1, File: file.Path));
        }
        catch (InvalidDataException exception)
        {
            errors.Add(new ContentError(exception.Message, File: file.Path));
        }

        return null;
    }

    private static IEnumerable<UploadedFile> InOrder(IEnumerable<UploadedFile> files) => files.OrderBy(file => file.Path, StringComparer.Ordinal);

    private static string NameOf(UploadedFile file) => Path.GetFileNameWithoutExtension(file.Path);

    private static string FolderOf(UploadedFile file) => file.Path[..file.Path.LastIndexOf('/')];

    private static Place? PlaceOf(UploadedFile file)
    {
        if (!file.Path.EndsWith(".json", StringComparison.Ordinal))
        {
            return null;
        }

        var path = file.Path.Split('/');
        var at = path.Length - 1;
        string From(int back) => at >= back ? path[at - back] : "";
        Place In(int back, Kind kind) => new(string.Join('/', path[..(at - back)]), kind, From(1), file);

        // The older layout first: all of it lies in "session".
        return (From(2), From(3), From(4)) switch
        {
            (_, "part", "session") => In(4, Kind.Part),
            ("message", "session", _) => In(3, Kind.Message),
            ("part", _, _) => In(2, Kind.Part),
            ("message", _, _) => In(2, Kind.Message),
            ("session", _, _) => In(2, Kind.Session),
            _ when OtherFolders.Contains(From(1)) => In(1, Kind.Other),
            _ when OtherFolders.Contains(From(2)) => In(2, Kind.Other),
            _ => null,
        };
    }

    /// <summary>Where a file lies in a storage.</summary>
    /// <param name="Root">The folder of the storage.</param>
    /// <param name="Kind">What the file holds.</param>
    /// <param name="Owner">The folder that it lies in: the session of a message, the message of a part.</param>
    /// <param name="File">The file.</param>
    private sealed record Place(string Root, Kind Kind, string Owner, UploadedFile File);
}

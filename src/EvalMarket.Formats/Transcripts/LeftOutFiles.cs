using System.Globalization;
using EvalMarket.Formats.Uploads;

namespace EvalMarket.Formats.Transcripts;

/// <summary>
/// Files of folders and archives that nobody reads: told so that the sender sees what was left out, many of a kind as one.
/// </summary>
internal sealed class LeftOutFiles
{
    private const int NamesShown = 3;

    /// <summary>Beyond so many different reasons in one folder the others are told together.</summary>
    private const int MostReasons = 20;

    /// <summary>What the tools themselves write beside their transcripts. Only looked at when no reader knows the content.</summary>
    private static readonly HashSet<string> Companions = new(StringComparer.OrdinalIgnoreCase)
    {
        // ChatGPT's export.
        "chat.html", "user.json", "user_settings.json", "message_feedback.json", "model_comparisons.json", "shared_conversations.json", "shopping.json", "sora.json", "group_chats.json",
        "assets.json", "export_manifest.json", "conversation_asset_file_names.json",
        // Claude's export.
        "users.json", "projects.json", "memories.json",
        // Claude Code; beside a sub-agent's file lies its .meta.json.
        "sessions-index.json", "settings.json", "settings.local.json", "stats-cache.json", "CLAUDE.md", "history.jsonl",
        // Codex.
        "session_index.jsonl", "config.toml", "auth.json", "version.json", "internal_storage.json", "models_cache.json", "AGENTS.md",
        // Gemini CLI.
        "logs.json", "shell_history", "installation_id", "google_accounts.json", "oauth_creds.json", "state.json", "GEMINI.md",
    };

    private static readonly Dictionary<string, string> Kinds = new(
        new (string Kind, string Extensions)[]
        {
            ("images", "png jpg jpeg gif webp bmp svg heic tif tiff ico avif"),
            ("sound and video", "mp3 wav m4a ogg opus flac aac mp4 mov webm mkv avi"),
            ("documents", "pdf doc docx xls xlsx ppt pptx odt rtf epub"),
            ("web pages", "html htm css js mjs map woff woff2 ttf"),
            ("databases", "sqlite sqlite3 db-wal db-shm sqlite-wal sqlite-shm"),
            ("texts", "txt md log csv tsv toml yaml yml ini lock"),
        }.SelectMany(row => row.Extensions.Split(' ').Select(extension => KeyValuePair.Create(extension, row.Kind))),
        StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<(string Container, bool IsRefused, string Reason), Group> groups = [];
    private readonly HashSet<string> found = [];

    /// <summary>There is a source in this folder or archive.</summary>
    public void Found(string? container)
    {
        if (container is not null)
        {
            found.Add(container);
            found.Add(FolderOf(container));
        }
    }

    /// <summary>A file that nobody could open.</summary>
    public void Refuse(UploadItem item, string reason) => Add(item.Container ?? "", isRefused: true, reason, item.File);

    /// <summary>A file of a folder or archive that nobody misses.</summary>
    public void PassOver(UploadItem item, string kind) => Add(item.Container ?? "", isRefused: false, kind, item.File);

    /// <summary>A file of a folder or archive that no reader takes.</summary>
    public void Add(UploadItem item, string reason)
    {
        var name = item.File.Path[(item.File.Path.LastIndexOf('/') + 1)..];
        var extension = name[(name.LastIndexOf('.') + 1)..];
        if (Companions.Contains(name) || name.EndsWith(".meta.json", StringComparison.Ordinal))
        {
            return;
        }

        if (Kinds.TryGetValue(extension, out var kind))
        {
            PassOver(item, kind);
        }
        else
        {
            Refuse(item, reason);
        }
    }

    /// <summary>What was left out, by folder and archive; and every one of them that has nothing at all to read.</summary>
    public IEnumerable<TranscriptSource> Sources(IReadOnlyCollection<string> containers)
    {
        var byContainer = groups.ToLookup(pair => pair.Key.Container);
        var withArchives = containers.Where(container => FolderOf(container) != container).Select(FolderOf).ToHashSet();
        foreach (var container in groups.Keys.Select(key => key.Container).Union(containers).Order(StringComparer.Ordinal))
        {
            var own = byContainer[container].ToList();
            var refused = own.FindAll(pair => pair.Key.IsRefused);
            var passed = own.FindAll(pair => !pair.Key.IsRefused);
            var hasNothing = container.Length > 0 && refused.Count == 0 && !found.Contains(container);
            foreach (var ((_, _, reason), group) in refused.Take(MostReasons))
            {
                yield return group.Files == 1
                    ? TranscriptSource.Refused(group.First, 1, group.Bytes, reason)
                    : TranscriptSource.Refused(container.Length > 0 ? container : group.First, group.Files, group.Bytes, $"{Count(group.Files)} files: {reason} ({group.Names})");
            }

            if (refused.Count > MostReasons)
            {
                var rest = refused[MostReasons..];
                var files = rest.Sum(pair => pair.Value.Files);
                yield return TranscriptSource.Refused(
                    container, files, rest.Sum(pair => pair.Value.Bytes), $"{Count(files)} more files that are no transcripts of a known format ({rest[0].Value.First}, …).");
            }

            if (hasNothing)
            {
                var kinds = passed.Count == 0 ? "" : $" It holds {string.Join(", ", passed.Select(pair => $"{pair.Key.Reason} ({Count(pair.Value.Files)})"))}.";
                if (passed.Count > 0 || !withArchives.Contains(container))
                {
                    yield return TranscriptSource.Refused(container, passed.Sum(pair => pair.Value.Files), passed.Sum(pair => pair.Value.Bytes), "There are no transcripts in it." + kinds);
                }

                continue;
            }

            foreach (var ((_, _, kind), group) in passed)
            {
                yield return TranscriptSource.PassedOver(
                    container, group.Files, group.Bytes, $"{Count(group.Files)} {(group.Files == 1 ? "file" : "files")} passed over: {kind} ({group.Names})");
            }
        }
    }

    /// <summary>The folder that was sent with an archive in it; a container that is none is its own.</summary>
    private static string FolderOf(string container) => container.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 ? container[..slash] : container;

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private void Add(string container, bool isRefused, string reason, UploadedFile file)
    {
        var key = (container, isRefused, reason);
        if (!groups.TryGetValue(key, out var group))
        {
            groups.Add(key, group = new Group(file.Path));
        }

        group.Add(file);
    }

    private sealed class Group(string first)
    {
        private readonly List<string> names = [];

        public string First { get; } = first;

        public int Files { get; private set; }

        public long Bytes { get; private set; }

        public string Names => string.Join(", ", names) + (Files > names.Count ? ", …" : "");

        public void Add(UploadedFile file)
        {
            Files++;
            Bytes += file.Length;
            if (names.Count < NamesShown)
            {
                names.Add(file.Path[(file.Path.LastIndexOf('/') + 1)..]);
            }
        }
    }
}

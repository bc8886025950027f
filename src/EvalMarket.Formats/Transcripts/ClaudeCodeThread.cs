namespace EvalMarket.Formats.Transcripts;

/// <summary>Which lines of a Claude Code file are the conversation as it stands in the end.</summary>
internal static class ClaudeCodeThread
{
    /// <summary>The entries to read, in file order.</summary>
    /// <param name="log">The file.</param>
    /// <param name="isPath">They are the active path of a whole tree.</param>
    public static IReadOnlyList<ClaudeCodeEntry> Of(ClaudeCodeLog log, out bool isPath)
    {
        isPath = false;
        if (log.Entries.TrueForAll(entry => entry.IsSidechain))
        {
            return log.Entries;
        }

        var main = log.Entries.FindAll(entry => !entry.IsSidechain);
        if (ActivePath(log) is not { } path)
        {
            return main;
        }

        isPath = true;
        return Along(path, main);
    }

    /// <summary>The uuids from the last main line up to the beginning; null when the tree is broken.</summary>
    private static HashSet<string>? ActivePath(ClaudeCodeLog log)
    {
        // An answer without a parent is written by tools that know no tree.
        if (log.LastMain is null || log.Tree.Values.Any(node => node is { IsAssistant: true, Parent: null }))
        {
            return null;
        }

        HashSet<string> path = [];
        for (var at = log.LastMain; at is not null;)
        {
            if (!path.Add(at) || !log.Tree.TryGetValue(at, out var node))
            {
                return null;
            }

            if (node.Parent is not null && !log.Tree.ContainsKey(node.Parent) && node.Previous is null)
            {
                // The file's first line follows one of another file.
                break;
            }

            if (node is { SaysParent: false, Previous: not null })
            {
                return null;
            }

            at = node.Parent ?? Before(log, node);
        }

        return path;
    }

    /// <summary>What a root follows: nothing, unless it is the seam of a compaction.</summary>
    private static string? Before(ClaudeCodeLog log, ClaudeCodeNode root)
    {
        if (root.LogicalParent is not null)
        {
            return log.Tree.ContainsKey(root.LogicalParent) ? root.LogicalParent : root.Previous;
        }

        return root.IsCompaction ? root.Previous : null;
    }

    private static List<ClaudeCodeEntry> Along(HashSet<string> path, List<ClaudeCodeEntry> main)
    {
        var onPath = main.FindAll(entry => entry.Uuid is null || path.Contains(entry.Uuid));
        var ids = onPath.Select(entry => entry.MessageId).OfType<string>().ToHashSet();

        // Parallel tool calls fork the tree: the calls are lines of one message, and each result hangs on its own call.
        var answers = main.FindAll(entry => entry.IsAssistant && entry.MessageId is not null && ids.Contains(entry.MessageId));
        var calls = onPath.Concat(answers).SelectMany(entry => entry.Parts).Select(part => part.CallId).OfType<string>().ToHashSet();
        return main.FindAll(entry => entry.Uuid is null || path.Contains(entry.Uuid)
            || (entry.MessageId is not null && ids.Contains(entry.MessageId))
            || (entry is { IsAssistant: false, Text: "", Results.Count: > 0 } && entry.Results.All(result => result.CallId is not null && calls.Contains(result.CallId))));
    }
}

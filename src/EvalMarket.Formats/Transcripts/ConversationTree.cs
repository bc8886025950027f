namespace EvalMarket.Formats.Transcripts;

/// <summary>A message's place in a conversation that forks where a person edited a prompt or asked for another answer.</summary>
internal sealed record ConversationNode(string Id, string? Parent, DateTimeOffset? Time);

/// <summary>Which messages of a forked conversation are the one that the person sees in the end.</summary>
internal static class ConversationTree
{
    /// <summary>
    /// Indexes of the nodes from the beginning to the current one. Without a current node that leaf is it which is newest. A way up that comes back
    /// to itself ends there, and its nodes stand in the order of the file. Nodes that name no parent of each other are no tree: then all of them
    /// count, by their times where each has one.
    /// </summary>
    public static IReadOnlyList<int> ActivePath(IReadOnlyList<ConversationNode> nodes, string? current)
    {
        Dictionary<string, int> places = [];
        for (var i = 0; i < nodes.Count; i++)
        {
            places[nodes[i].Id] = i;
        }

        var parents = nodes.Select(node => node.Parent is { } parent && places.TryGetValue(parent, out var place) ? place : -1).ToArray();
        if (Array.TrueForAll(parents, parent => parent < 0))
        {
            var all = Enumerable.Range(0, nodes.Count);
            return [.. nodes.All(node => node.Time is not null) ? all.OrderBy(index => nodes[index].Time) : all];
        }

        List<int> path = [];
        HashSet<int> seen = [];
        var at = current is not null && places.TryGetValue(current, out var known) ? known : NewestLeaf(nodes, parents);
        for (; at >= 0 && seen.Add(at); at = parents[at])
        {
            path.Add(at);
        }

        if (at >= 0)
        {
            path.Sort();
        }
        else
        {
            path.Reverse();
        }

        return path;
    }

    private static int NewestLeaf(IReadOnlyList<ConversationNode> nodes, int[] parents)
    {
        var inner = parents.ToHashSet();
        var leaves = Enumerable.Range(0, nodes.Count).Where(index => !inner.Contains(index)).ToList();
        return (leaves.Count > 0 ? leaves : Enumerable.Range(0, nodes.Count)).OrderBy(index => nodes[index].Time ?? DateTimeOffset.MinValue).ThenBy(index => index).Last();
    }
}

namespace EvalMarket.Web.Pages.Datasets.Versions;

/// <summary>A run of words that two texts share, or that only one of them has.</summary>
internal sealed record Piece(PieceKind Kind, string Text);

internal enum PieceKind
{
    Same,
    Removed,
    Added,
}

/// <summary>What a text says otherwise than another one, word by word: the longest common subsequence of the words between their common ends.</summary>
internal static class WordDifference
{
    /// <summary>Words of each side between the common ends; the table has the square of it. Longer ones are shown as replaced whole.</summary>
    private const int MostWords = 600;

    public static IReadOnlyList<Piece> Of(string before, string after)
    {
        var (left, right) = (Words(before), Words(after));
        var start = 0;
        while (start < left.Count && start < right.Count && left[start] == right[start])
        {
            start++;
        }

        var end = 0;
        while (end < left.Count - start && end < right.Count - start && left[^(end + 1)] == right[^(end + 1)])
        {
            end++;
        }

        var pieces = new List<Piece>();
        Add(pieces, PieceKind.Same, left.Take(start));
        var (old, now) = (left[start..^end], right[start..^end]);
        if (old.Count > MostWords || now.Count > MostWords)
        {
            Add(pieces, PieceKind.Removed, old);
            Add(pieces, PieceKind.Added, now);
        }
        else
        {
            Walk(pieces, old, now);
        }

        Add(pieces, PieceKind.Same, left.TakeLast(end));
        return pieces;
    }

    private static void Walk(List<Piece> pieces, List<string> old, List<string> now)
    {
        var longest = new int[old.Count + 1, now.Count + 1];
        for (var i = old.Count - 1; i >= 0; i--)
        {
            for (var j = now.Count - 1; j >= 0; j--)
            {
                longest[i, j] = old[i] == now[j] ? longest[i + 1, j + 1] + 1 : Math.Max(longest[i + 1, j], longest[i, j + 1]);
            }
        }

        for (var (i, j) = (0, 0); i < old.Count || j < now.Count;)
        {
            if (i < old.Count && j < now.Count && old[i] == now[j])
            {
                Add(pieces, PieceKind.Same, [old[i]]);
                (i, j) = (i + 1, j + 1);
            }
            else if (i < old.Count && (j == now.Count || longest[i + 1, j] >= longest[i, j + 1]))
            {
                Add(pieces, PieceKind.Removed, [old[i++]]);
            }
            else
            {
                Add(pieces, PieceKind.Added, [now[j++]]);
            }
        }
    }

    private static void Add(List<Piece> pieces, PieceKind kind, IEnumerable<string> words)
    {
        var text = string.Concat(words);
        if (text.Length == 0)
        {
            return;
        }

        if (pieces.Count > 0 && pieces[^1].Kind == kind)
        {
            pieces[^1] = new Piece(kind, pieces[^1].Text + text);
        }
        else
        {
            pieces.Add(new Piece(kind, text));
        }
    }

    /// <summary>Words and what stands between them, so that they join to the text again.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var isSpace = char.IsWhiteSpace(text[start]);
            var next = start + 1;
            while (next < text.Length && char.IsWhiteSpace(text[next]) == isSpace)
            {
                next++;
            }

            words.Add(text[start..next]);
            start = next;
        }

        return words;
    }
}

namespace EvalMarket.Formats.Bundles;

/// <summary>Collects what is wrong, bounded: a file that is wrong throughout must not fill the memory.</summary>
internal sealed class BundleProblems(int most)
{
    private readonly List<ContentError> kept = [];

    public IReadOnlyList<ContentError> Kept => kept;

    public int Count { get; private set; }

    public void Add(ContentError problem)
    {
        Count++;
        if (kept.Count < most)
        {
            kept.Add(problem);
        }
    }
}

namespace EvalMarket.Formats.Bundles;

/// <summary>What a lexical criterion asks. All but <see cref="Equals"/> look for whole words.</summary>
public enum LexicalMode
{
    /// <summary>The whole answer is the reference, or one of a list of them.</summary>
    Equals,

    /// <summary>The reference is in the answer; of a list, each of them.</summary>
    Contains,

    /// <summary>One of several is in the answer.</summary>
    Any,

    /// <summary>Each of several is in the answer.</summary>
    All,
}

namespace EvalMarket.Core.Market.Vaults;

/// <summary>Why an answer key is opened; what the seller's audit records say.</summary>
public enum KeyPurpose
{
    /// <summary>An editor of the seller downloads or edits it.</summary>
    SellerRead,

    /// <summary>A buyer of the core dataset downloads it.</summary>
    CoreDatasetRead,

    /// <summary>A submission is graded with it.</summary>
    Grading,

    /// <summary>An upload is validated.</summary>
    Validation,

    /// <summary>The seller's jury or review looks at what waits for a verdict.</summary>
    Review,
}

namespace EvalMarket.Formats.Sessions;

/// <summary>How long the names in a session may be, in characters. Contents have no limit of their own.</summary>
public static class SessionLimits
{
    public const int ExternalId = 200;

    public const int Title = 500;

    /// <summary>Source, author, project, model, provider, reviewer, and names in parts.</summary>
    public const int ShortText = 200;

    public const int Tag = 100;

    /// <summary>Tokens of a session, and its milliseconds, of which there may be as many as between two years of four digits.</summary>
    public const long Count = 1_000_000_000_000_000;

    /// <summary>What a session may have cost.</summary>
    public const decimal Cost = 999_999_999;

    /// <summary>Tags of a session, and of a message.</summary>
    public const int Tags = 100;
}

namespace EvalMarket.Data.PostgreSql.Embedded;

/// <summary>Where the private PostgreSQL keeps its files and how long its start may take.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>
    /// The application's data directory; created when it is missing. The database takes <c>postgres/</c>, <c>postgres.log</c>
    /// and <c>evalmarket.lock</c> in it.
    /// </summary>
    public required string DataDirectory { get; init; }

    /// <summary>The folder of <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>; searched for when null.</summary>
    public string? BinDirectory { get; init; }

    /// <summary>How long the server may take until it answers, recovery after an unclean stop included.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(2);
}

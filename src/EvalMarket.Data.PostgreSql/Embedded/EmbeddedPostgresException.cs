namespace EvalMarket.Data.PostgreSql.Embedded;

/// <summary>The embedded database cannot be started; the message is one line for the person who started the application.</summary>
public sealed class EmbeddedPostgresException : Exception
{
    public EmbeddedPostgresException(string message)
        : base(message)
    {
    }

    public EmbeddedPostgresException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public EmbeddedPostgresException()
    {
    }
}

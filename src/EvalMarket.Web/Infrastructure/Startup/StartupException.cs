namespace EvalMarket.Web.Infrastructure.Startup;

/// <summary>The app cannot start, and a person can mend it; the message is one line that names the setting.</summary>
public sealed class StartupException : Exception
{
    public StartupException()
    {
    }

    public StartupException(string message)
        : base(message)
    {
    }

    public StartupException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

namespace EvalMarket.Web.Infrastructure.Startup;

/// <summary>While the app starts, a failure is told once, in a line for people; the host's own log of it, with its stack trace, is kept back.</summary>
internal sealed class StartupLogging
{
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    public bool IsStarting { get; set; } = true;

    public static void Add(WebApplicationBuilder builder)
    {
        var logging = new StartupLogging();
        builder.Services.AddSingleton(logging);
        builder.Logging.AddFilter(HostCategory, level => level >= LogLevel.Information && !logging.IsStarting);
    }
}

using EvalMarket.Core.Storage;
using EvalMarket.Core.Workspaces;
using EvalMarket.Data.PostgreSql.Embedded;
using EvalMarket.Web.Infrastructure.Startup;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Infrastructure;

/// <summary>The whole application: how it is put together, started and ended.</summary>
public static class EvalMarketApplication
{
    private const string Reindex = "reindex";

    /// <summary>
    /// Runs until it is asked to stop. What a person has to mend (a setting, a database that is not there, a port in use) is said in
    /// one line, and the exit code is 1.
    /// </summary>
    /// <param name="args">Settings, as <c>--Name=value</c>; before them <c>reindex</c>, which rebuilds the index and ends.</param>
    /// <param name="errors">Where that line goes.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter errors)
    {
        try
        {
            var isReindex = args is [Reindex, ..];
            await using var app = Build(isReindex ? args[1..] : args);
            await PrepareAsync(app, isReindex ? token => IndexRebuilding.RunAsync(app.Services, token) : null, CancellationToken.None);
            if (isReindex)
                return 0;

            await app.StartAsync(CancellationToken.None);
            app.Services.GetRequiredService<StartupLogging>().IsStarting = false;
            await app.WaitForShutdownAsync(CancellationToken.None);
            return 0;
        }
        catch (Exception exception) when (Explain(exception) is { } reason)
        {
            await errors.WriteLineAsync($"EvalMarket cannot start: {reason}");
            return 1;
        }
    }

    /// <summary>Puts the application together; nothing is started and no setting is looked at that the registration does not need.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = "EvalMarket.Web",
            // Wherever it is started from, it finds its own settings and assets.
            ContentRootPath = File.Exists("appsettings.json") ? null : AppContext.BaseDirectory,
        });
        builder.WebHost.UseStaticWebAssets();
        adjust?.Invoke(builder);
        builder.AddSettings().AddCore().AddWeb().AddAccounts();
        var app = builder.Build();
        app.UseEvalMarket();
        return app;
    }

    /// <summary>What comes before the first request: the settings are right, the database answers and has its tables, the first accounts are there.</summary>
    /// <param name="app">The application.</param>
    /// <param name="rebuild">Rebuilds the index, when that was asked for: before anything is recovered or made that relies on it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task PrepareAsync(WebApplication app, Func<CancellationToken, Task>? rebuild, CancellationToken cancellationToken)
    {
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        await app.Services.GetRequiredService<DatabaseStartup>().RunAsync(cancellationToken);
        if (app.Services.GetRequiredService<IBlobStore>() is LocalBlobStore local)
            await local.CleanAsync(cancellationToken);
        if (rebuild is not null)
            await rebuild(cancellationToken);
        await app.Services.GetRequiredService<WorkspaceUpkeep>().RecoverAsync(cancellationToken);
        await app.Services.GetRequiredService<BootstrapStartup>().RunAsync(cancellationToken);
    }

    private static string? Explain(Exception exception) => exception switch
    {
        OptionsValidationException invalid => string.Join(" ", invalid.Failures),
        StartupException or EmbeddedPostgresException => exception.Message,
        // The configuration binder names the setting and the value.
        InvalidOperationException { InnerException: FormatException or ArgumentException or OverflowException } unreadable => unreadable.Message,
        IOException { InnerException: AddressInUseException } inUse => inUse.Message,
        AggregateException { InnerExceptions: var several } when several.All(one => Explain(one) is not null) => string.Join(" ", several.Select(Explain)),
        _ => null,
    };
}

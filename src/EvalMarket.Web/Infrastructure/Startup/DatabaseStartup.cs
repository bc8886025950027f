using System.Data.Common;
using EvalMarket.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Infrastructure.Startup;

/// <summary>Brings the database up and its tables up to date, and says what it waits for.</summary>
internal sealed partial class DatabaseStartup(
    DatabaseServer server, IServiceScopeFactory scopes, IOptions<DatabaseOptions> options, ILogger<DatabaseStartup> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Provider != DatabaseProvider.Embedded)
            Log.Connecting(logger, options.Value.Provider);

        await server.StartAsync(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>().Database;
        try
        {
            if (options.Value.Migrate)
            {
                Log.Migrating(logger);
                await database.MigrateAsync(cancellationToken);
            }
            else
            {
                await database.OpenConnectionAsync(cancellationToken);
            }
        }
        catch (DbException exception)
        {
            throw new StartupException($"ConnectionStrings:Database: the {options.Value.Provider} database cannot be used: {OneLine(exception.Message)}", exception);
        }
        catch (ArgumentException exception)
        {
            throw new StartupException($"ConnectionStrings:Database is no connection string: {OneLine(exception.Message)}", exception);
        }
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Connecting to the {Provider} database")]
        public static partial void Connecting(ILogger logger, DatabaseProvider provider);

        [LoggerMessage(LogLevel.Information, "Bringing the tables up to date")]
        public static partial void Migrating(ILogger logger);
    }
}

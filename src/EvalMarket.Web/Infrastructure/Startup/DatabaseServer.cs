using EvalMarket.Data.PostgreSql.Embedded;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Infrastructure.Startup;

/// <summary>Where the database is: the one of the configuration, or the embedded one, which lives as long as the app.</summary>
internal sealed class DatabaseServer(
    IOptions<DatabaseOptions> database, IOptions<ApplicationOptions> host, IConfiguration configuration, ILoggerFactory loggers) : IAsyncDisposable
{
    public const string ConnectionName = "Database";

    private EmbeddedPostgres? embedded;

    public string ConnectionString =>
        database.Value.Provider != DatabaseProvider.Embedded ? configuration.GetConnectionString(ConnectionName)!
        : embedded?.ConnectionString ?? throw new InvalidOperationException("The embedded database has not been started.");

    /// <summary>Starts the embedded server, if that is the one.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (database.Value.Provider != DatabaseProvider.Embedded || embedded is not null)
            return;

        embedded = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = host.Value.FullDataDirectory, BinDirectory = database.Value.Embedded.BinDirectory },
            loggers.CreateLogger<EmbeddedPostgres>(),
            cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (embedded is not null)
            await embedded.DisposeAsync();
    }
}

using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets.Words;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Workspaces;
using EvalMarket.Data.PostgreSql;
using EvalMarket.Data.SqlServer;
using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Core.Tests.SqlServer;

/// <summary>What can be said about the databases without a server of each.</summary>
public sealed class ProviderTests
{
    private const string Connection = "Server=localhost;Database=evalmarket;User ID=app;Password=secret";

    public static TheoryData<string> Providers => ["PostgreSql", "SqlServer"];

    [Theory]
    [MemberData(nameof(Providers))]
    public void The_migrations_are_what_the_model_says(string provider)
    {
        using var context = Context(provider);

        Assert.False(context.Database.HasPendingModelChanges());
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void The_migrations_make_every_table(string provider)
    {
        using var context = Context(provider);

        var script = context.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);

        foreach (var table in context.Model.GetEntityTypes().Select(entity => entity.GetTableName()!))
            Assert.Matches($@"CREATE TABLE \[?{table}\]?", script);
    }

    [Fact]
    public void Both_databases_have_the_same_tables_and_columns_but_for_the_search()
    {
        using var postgres = Context("PostgreSql");
        using var sqlServer = Context("SqlServer");

        Assert.Equal(
            Columns(postgres).Except(["session_words.search_vector"]),
            Columns(sqlServer).Except(["session_words.search_text"]));
    }

    [Fact]
    public void Both_databases_have_the_same_indexes_but_for_the_search()
    {
        using var postgres = Context("PostgreSql");
        using var sqlServer = Context("SqlServer");

        Assert.Equal(Indexes(postgres).Where(index => !index.Contains("search_vector", StringComparison.Ordinal)), Indexes(sqlServer));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Searches_in_datasets_are_said_in_the_language_of_each_database(string provider)
    {
        using var context = Context(provider);
        var dataset = TypeId.New<DatasetId>(DateTimeOffset.UnixEpoch);

        var blocks = WordSearch.BlocksWith(context, dataset, "word"u8).ToQueryString();
        var parts = ChunkWordReading.Parts(context, dataset, [1, 2], 3).ToQueryString();

        // A look-up for each run, not a number for each block.
        Assert.DoesNotContain("ROW_NUMBER", blocks, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("substring(", parts, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Ids_compare_by_code_unit_on_both()
    {
        using var postgres = Context("PostgreSql");
        using var sqlServer = Context("SqlServer");

        foreach (var (context, collation) in new[] { (postgres, "C"), (sqlServer, "Latin1_General_100_BIN2") })
        {
            var session = context.GetService<IDesignTimeModel>().Model.FindEntityType(typeof(SessionRow))!;
            Assert.All(
                new[] { nameof(SessionRow.Workspace), nameof(SessionRow.Id), nameof(SessionRow.ExternalId), nameof(SessionRow.Source) },
                name => Assert.Equal(collation, session.FindProperty(name)!.GetCollation()));
        }
    }

    [Fact]
    public void SQL_Server_searches_the_beginnings_of_words_with_LIKE()
    {
        using var context = Context("SqlServer");

        var sql = context.WhereWordsMatch(context.Sessions.IgnoreQueryFilters(), ["ledger", "curr"]).ToQueryString();

        Assert.Equal(2, sql.Split("[search_text] LIKE ").Length - 1);
        Assert.Contains("N'% ledger%'", sql, StringComparison.Ordinal);
        Assert.Contains("N'% curr%'", sql, StringComparison.Ordinal);
        Assert.False(context.HasFullTextSearch);
    }

    [Theory]
    [InlineData("PostgreSql")]
    [InlineData("SqlServer")]
    public void Lists_and_filters_translate_to_SQL(string provider)
    {
        using var context = Context(provider);
        var filter = new SessionFilter
        {
            Sources = ["a"],
            Authors = ["a"],
            Models = ["a"],
            Projects = ["a"],
            Tags = ["a", "b"],
            EvalReady = true,
            Statuses = [Formats.Sessions.EvalStatus.Golden],
            Query = "some words",
            From = DateTimeOffset.UnixEpoch,
            To = DateTimeOffset.UnixEpoch,
        };
        var row = new SessionRow { Workspace = "w", Id = Formats.Ids.SessionId.FromTrusted("ses_01h455vb4pex5vsknk084sn02q"), Title = "t", Version = 1, Hash = "", Chunks = "[]", Cost = 1, ReviewedAt = DateTimeOffset.UnixEpoch };

        foreach (var order in SessionOrder.WireNames.Select(name => SessionOrder.Parse(name)!.Value))
        {
            foreach (var isBack in new[] { false, true })
            {
                var stretches = SessionColumn.Of(order.Sort).Stretches(context.Where(filter), order.IsDescending, SessionPlace.Of(row, order).InColumn, isBack).ToList();
                Assert.All(stretches, stretch =>
                {
                    var sql = stretch.Take(10).ToQueryString();
                    Assert.Contains("ORDER BY", sql, StringComparison.Ordinal);
                    Assert.Contains("workspace", sql, StringComparison.Ordinal);
                });
            }
        }
    }

    [Fact]
    public void SQL_Server_can_be_registered_as_the_database()
    {
        using var services = new ServiceCollection().AddScoped<Tenant>().AddSqlServer(Connection).BuildServiceProvider();
        using var scope = services.CreateScope();

        Assert.IsType<SqlServerDbContext>(scope.ServiceProvider.GetRequiredService<EvalMarketDbContext>());
    }

    [Theory]
    [InlineData("Server=x;Authentication=Active Directory Default", "Entra ID")]
    [InlineData("Server=x;Authentication=ActiveDirectoryManagedIdentity", "Entra ID")]
    [InlineData("Serfer=x", "no SQL Server connection string")]
    public void A_connection_string_that_cannot_work_is_refused_with_the_reason(string connection, string reason) =>
        Assert.Contains(reason, SqlServerRegistration.Check(connection), StringComparison.Ordinal);

    [Theory]
    [InlineData(Connection)]
    [InlineData("Server=x;Integrated Security=true")]
    public void A_usual_connection_string_is_taken(string connection) => Assert.Null(SqlServerRegistration.Check(connection));

    private static EvalMarketDbContext Context(string provider) => provider == "SqlServer"
        ? new SqlServerDbContext(new DbContextOptionsBuilder<SqlServerDbContext>().UseSqlServer(Connection).Options, new Tenant())
        : new PostgreSqlDbContext(new DbContextOptionsBuilder<PostgreSqlDbContext>().UseNpgsql("Host=localhost;Database=evalmarket").Options, new Tenant());

    private static IEnumerable<string> Columns(EvalMarketDbContext context) => context.Model.GetEntityTypes()
        .SelectMany(entity => entity.GetProperties().Select(property => $"{entity.GetTableName()}.{property.GetColumnName()}"))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Indexes(EvalMarketDbContext context) => context.Model.GetEntityTypes()
        .SelectMany(entity => entity.GetIndexes().Select(index => $"{entity.GetTableName()} {index.IsUnique} {string.Join(',', index.Properties.Select(property => property.GetColumnName()))}"))
        .Order(StringComparer.Ordinal);
}

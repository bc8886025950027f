using System.Data;
using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Workspaces;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Npgsql;
using NpgsqlTypes;

namespace EvalMarket.Data.PostgreSql;

/// <summary>What is special to PostgreSQL: collation, snapshot level, full-text search by a tsvector with a GIN index.</summary>
public sealed class PostgreSqlDbContext(DbContextOptions<PostgreSqlDbContext> options, Tenant tenant)
    : EvalMarketDbContext(options, tenant)
{
    private const string SearchVector = "SearchVector";

    public override IsolationLevel Snapshot => IsolationLevel.RepeatableRead;

    public override bool HasFullTextSearch => true;

    protected override string OrdinalCollation => "C";

    protected override void SetWords(EntityEntry<SessionWords> entry, IReadOnlyCollection<string> words) =>
        entry.Property<NpgsqlTsVector>(SearchVector).CurrentValue = VectorOf(words);

    /// <summary>Autovacuum counts too, but some time after the rows are there, and not at all where they are few among many. Tables that it is at work on are passed over.</summary>
    public override async Task EndBulkAsync(CancellationToken cancellationToken) =>
        await Database.ExecuteSqlAsync($"ANALYZE (SKIP_LOCKED) dataset_items, dataset_chunks, dataset_word_runs, dataset_word_blocks", cancellationToken);

    protected override async Task CopyRowsAsync<T>(BulkColumns columns, IReadOnlyCollection<T> rows, CancellationToken cancellationToken)
    {
        await Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var copy = await BinaryCopy.BeginAsync(
                (NpgsqlConnection)Database.GetDbConnection(), columns.Table, columns.Columns.Select(column => column.Name), cancellationToken);
            foreach (var row in rows)
            {
                copy.StartRow(columns.Columns.Count);
                foreach (var column in columns.Columns)
                {
                    copy.Write(column.Read(row));
                }

                await copy.FlushIfFullAsync(cancellationToken);
            }

            await copy.CompleteAsync(cancellationToken);
        }
        finally
        {
            await Database.CloseConnectionAsync();
        }
    }

    private static NpgsqlTsVector VectorOf(IReadOnlyCollection<string> words) =>
        // Parsing here is called unreliable because it does not know PostgreSQL's rules for text; these are words already.
#pragma warning disable CS0618
        NpgsqlTsVector.Parse(string.Join(' ', words.Select(word => $"'{word}'")));
#pragma warning restore CS0618

    public override IQueryable<SessionWords> WhereWordsMatch(IQueryable<SessionWords> found, IReadOnlyList<string> words)
    {
        var query = QueryOf(words);
#pragma warning disable CS0618
        return found.Where(row => EF.Property<NpgsqlTsVector>(row, SearchVector).Matches(NpgsqlTsQuery.Parse(query)));
#pragma warning restore CS0618
    }

    public override IQueryable<SessionRow> WhereWordsMatch(IQueryable<SessionRow> sessions, IReadOnlyList<string> words)
    {
        var query = QueryOf(words);
#pragma warning disable CS0618
        return sessions.Where(row => SessionWords.Any(found => found.Workspace == row.Workspace && found.SessionId == row.Id
            && EF.Property<NpgsqlTsVector>(found, SearchVector).Matches(NpgsqlTsQuery.Parse(query))));
#pragma warning restore CS0618
    }

    /// <summary>The words as a query of which each begins a word.</summary>
    private static string QueryOf(IReadOnlyList<string> words) =>
        // Words hold letters and digits only (SearchWords), so they need no more quoting than this. A cast, not to_tsquery: that would cut
        // them into words once more, by rules of its own and of the server's locale.
        string.Join(" & ", words.Select(word => $"'{word}':*"));

    public override bool IsUniqueViolation(DbUpdateException exception) =>
        exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        // What filters and facets ask for is in the index of the lists' own order, so that they need not visit the rows.
        builder.Entity<SessionRow>().HasIndex(row => new { row.Workspace, row.CreatedAt, row.Id })
            .IncludeProperties(row => new { row.Source, row.Author, row.Project, row.Model, row.EvalReady, row.EvalStatus });
        var words = builder.Entity<SessionWords>();
        words.Property<NpgsqlTsVector>(SearchVector).HasColumnName("search_vector");
        words.HasIndex(SearchVector).HasMethod("GIN");
    }
}

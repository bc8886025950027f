using System.Data;
using EvalMarket.Core.Data;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Items;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
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

    private const string SearchVectorColumn = "search_vector";

    public override IsolationLevel Snapshot => IsolationLevel.RepeatableRead;

    public override bool HasFullTextSearch => true;

    protected override string OrdinalCollation => "C";

    protected override void SetWords(EntityEntry<SessionWords> entry, IReadOnlyCollection<string> words) =>
        entry.Property<NpgsqlTsVector>(SearchVector).CurrentValue = VectorOf(words);

    public override async Task<IReadOnlyCollection<long>> FindChunksAsync(DatasetId dataset, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var query = QueryOf(words);
        // Words of a chunk lie outside of its row, some 60 KB each. The planner takes reading them for free and would rather look at every chunk than ask the index:
        // so it is asked for nothing else, and reading the table is forbidden for this one question.
        await using var own = Database.CurrentTransaction is null ? await Database.BeginTransactionAsync(cancellationToken) : null;
        await Database.ExecuteSqlAsync($"SET LOCAL enable_seqscan = off", cancellationToken);
        var found = await DatasetChunkWords
            .FromSql($"WITH found AS MATERIALIZED (SELECT workspace, dataset_id, number FROM dataset_chunk_words WHERE search_vector @@ CAST({query} AS tsquery)) SELECT *, ''::bytea AS list, NULL::tsvector AS search_vector FROM found")
            .Where(row => row.DatasetId == dataset).Select(row => row.Number).ToListAsync(cancellationToken);
        await Database.ExecuteSqlAsync($"SET LOCAL enable_seqscan = on", cancellationToken);
        if (own is not null)
        {
            await own.CommitAsync(cancellationToken);
        }

        return found;
    }

    /// <summary>
    /// Entries of the index of words wait in a list until it is full and are then put in together: the more there are, the more of them share a word. Searches read the list too,
    /// so it cannot be any length.
    /// </summary>
    public override async Task BeginBulkAsync(CancellationToken cancellationToken) =>
        await Database.ExecuteSqlAsync($"SELECT set_config('gin_pending_list_limit', '16MB', true), set_config('work_mem', '64MB', true)", cancellationToken);

    /// <summary>
    /// Autovacuum counts too, but some time after the rows are there, and not at all where they are few among many. Tables that it is at work on are passed over.
    /// Words of chunks are only asked for by key and by their own index, and counting them would read them all.
    /// </summary>
    public override async Task EndBulkAsync(CancellationToken cancellationToken)
    {
        // Only its owner may; where the tables were made by somebody else it is left to autovacuum.
        await Database.ExecuteSqlAsync(
            $"SELECT gin_clean_pending_list(oid) FROM pg_class WHERE oid = to_regclass('\"IX_dataset_chunk_words_search_vector\"') AND pg_has_role(relowner, 'USAGE')", cancellationToken);
        await Database.ExecuteSqlAsync($"ANALYZE (SKIP_LOCKED) dataset_items, dataset_chunks", cancellationToken);
    }

    protected override Task CopyRowsAsync<T>(BulkColumns columns, IReadOnlyCollection<T> rows, CancellationToken cancellationToken) =>
        CopyAsync(columns, rows, row => row, null, cancellationToken);

    protected override Task CopyWordsAsync(
        BulkColumns columns, IReadOnlyCollection<(DatasetChunkWords Row, ChunkWords Words)> chunks, CancellationToken cancellationToken) =>
        CopyAsync(columns, chunks, chunk => chunk.Row, chunk => chunk.Words, cancellationToken);

    /// <summary>Copies what entries stand for.</summary>
    /// <param name="columns">All but that of the words.</param>
    /// <param name="entries">In any order.</param>
    /// <param name="rowOf">The row that has the columns' values.</param>
    /// <param name="wordsOf">What goes into the search vector; null for tables without one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    private async Task CopyAsync<T>(
        BulkColumns columns, IReadOnlyCollection<T> entries, Func<T, object> rowOf, Func<T, ChunkWords>? wordsOf, CancellationToken cancellationToken)
    {
        await Database.OpenConnectionAsync(cancellationToken);
        try
        {
            List<string> names = [.. columns.Columns.Select(column => column.Name)];
            if (wordsOf is not null)
            {
                names.Add(SearchVectorColumn);
            }

            await using var copy = await BinaryCopy.BeginAsync((NpgsqlConnection)Database.GetDbConnection(), columns.Table, names, cancellationToken);
            foreach (var entry in entries)
            {
                copy.StartRow(names.Count);
                var row = rowOf(entry);
                foreach (var column in columns.Columns)
                {
                    copy.Write(column.Read(row));
                }

                if (wordsOf is not null)
                {
                    copy.Write(wordsOf(entry));
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
        words.Property<NpgsqlTsVector>(SearchVector).HasColumnName(SearchVectorColumn);
        words.HasIndex(SearchVector).HasMethod("GIN");
        var chunks = builder.Entity<DatasetChunkWords>();
        chunks.Property<NpgsqlTsVector>(SearchVector).HasColumnName(SearchVectorColumn);
        chunks.HasIndex(SearchVector).HasMethod("GIN");
    }
}

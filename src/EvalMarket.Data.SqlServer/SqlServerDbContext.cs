using System.Data;
using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Workspaces;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage;

namespace EvalMarket.Data.SqlServer;

/// <summary>What is special to SQL Server: binary collation, snapshot isolation, search by <c>LIKE</c> over the words of a session.</summary>
public sealed class SqlServerDbContext(DbContextOptions<SqlServerDbContext> options, Tenant tenant)
    : EvalMarketDbContext(options, tenant)
{
    private const string SearchText = "SearchText";

    // Duplicate key in a unique index, and in a primary key or constraint.
    private const int UniqueIndexViolation = 2601;
    private const int UniqueConstraintViolation = 2627;

    public override IsolationLevel Snapshot => IsolationLevel.Snapshot;

    public override bool HasFullTextSearch => false;

    protected override string OrdinalCollation => "Latin1_General_100_BIN2";

    protected override void SetWords(EntityEntry<SessionWords> entry, IReadOnlyCollection<string> words) =>
        entry.Property<string>(SearchText).CurrentValue = $" {string.Join(' ', words)} ";

    protected override async Task CopyRowsAsync<T>(BulkColumns columns, IReadOnlyCollection<T> rows, CancellationToken cancellationToken)
    {
        await Database.OpenConnectionAsync(cancellationToken);
        try
        {
            using var table = new DataTable();
            using var copy = new SqlBulkCopy(
                (SqlConnection)Database.GetDbConnection(), SqlBulkCopyOptions.CheckConstraints, (SqlTransaction?)Database.CurrentTransaction?.GetDbTransaction())
            {
                DestinationTableName = $"[{columns.Table}]",
            };
            foreach (var column in columns.Columns)
            {
                table.Columns.Add(column.Name, column.Type);
                copy.ColumnMappings.Add(column.Name, column.Name);
            }

            foreach (var row in rows)
            {
                table.Rows.Add([.. columns.Columns.Select(column => column.Read(row) ?? DBNull.Value)]);
            }

            await copy.WriteToServerAsync(table, cancellationToken);
        }
        finally
        {
            await Database.CloseConnectionAsync();
        }
    }

    public override IQueryable<SessionRow> WhereWordsMatch(IQueryable<SessionRow> sessions, IReadOnlyList<string> words) =>
        // Words hold letters and digits only (SearchWords), so nothing in them is a LIKE wildcard.
        words.Aggregate(sessions, (matching, word) =>
            matching.Where(row => SessionWords.Any(found => found.Workspace == row.Workspace && found.SessionId == row.Id
                && EF.Functions.Like(EF.Property<string>(found, SearchText), $"% {word}%"))));

    public override IQueryable<SessionWords> WhereWordsMatch(IQueryable<SessionWords> found, IReadOnlyList<string> words) =>
        words.Aggregate(found, (matching, word) => matching.Where(row => EF.Functions.Like(EF.Property<string>(row, SearchText), $"% {word}%")));

    public override bool IsUniqueViolation(DbUpdateException exception) =>
        exception.InnerException is SqlException { Number: UniqueIndexViolation or UniqueConstraintViolation };

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        // What filters and facets ask for is in the index of the lists' own order, so that they need not visit the rows.
        builder.Entity<SessionRow>().HasIndex(row => new { row.Workspace, row.CreatedAt, row.Id })
            .IncludeProperties(row => new { row.Source, row.Author, row.Project, row.Model, row.EvalReady, row.EvalStatus });
        builder.Entity<SessionWords>().Property<string>(SearchText).HasColumnName("search_text").HasDefaultValue("").UseCollation(OrdinalCollation);
    }
}

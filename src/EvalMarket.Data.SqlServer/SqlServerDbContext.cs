using System.Data;
using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Workspaces;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;

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

    public override void SetSearchWords(SessionRow row, IReadOnlyCollection<string> words) =>
        Entry(row).Property<string>(SearchText).CurrentValue = $" {string.Join(' ', words)} ";

    public override IQueryable<SessionRow> WhereWordsMatch(IQueryable<SessionRow> sessions, IReadOnlyList<string> words) =>
        // Words hold letters and digits only (SearchWords), so nothing in them is a LIKE wildcard.
        words.Aggregate(sessions, (matching, word) =>
            matching.Where(row => EF.Functions.Like(EF.Property<string>(row, SearchText), $"% {word}%")));

    public override bool IsUniqueViolation(DbUpdateException exception) =>
        exception.InnerException is SqlException { Number: UniqueIndexViolation or UniqueConstraintViolation };

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<SessionRow>().Property<string>(SearchText).HasColumnName("search_text").HasDefaultValue("").UseCollation(OrdinalCollation);
    }
}

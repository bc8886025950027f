using System.Data;
using System.Linq.Expressions;
using EvalMarket.Core.Accounts;
using EvalMarket.Core.Annotation;
using EvalMarket.Core.Assets;
using EvalMarket.Core.Audit;
using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Links;
using EvalMarket.Core.Datasets.Words;
using EvalMarket.Core.Exports;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Runs;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Market.Submissions;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EvalMarket.Core.Data;

/// <summary>
/// Accounts, and the index over the files. Every row that implements <see cref="IWorkspaceOwned"/> is filtered by the named
/// filter <see cref="TenantFilter"/>; a query leaves it out only by that name. What differs between databases is in the
/// subclasses (one a provider) and nowhere else.
/// </summary>
public abstract class EvalMarketDbContext(DbContextOptions options, Tenant tenant)
    : IdentityUserContext<User, Guid>(options)
{
    /// <summary>Name of the query filter that keeps workspaces apart.</summary>
    public const string TenantFilter = "Tenant";

    public Tenant Tenant { get; } = tenant;

    public DbSet<Workspace> Workspaces => Set<Workspace>();

    public DbSet<Membership> Memberships => Set<Membership>();

    public DbSet<Invitation> Invitations => Set<Invitation>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<AuditRecord> AuditRecords => Set<AuditRecord>();

    public DbSet<Job> Jobs => Set<Job>();

    public DbSet<SessionRow> Sessions => Set<SessionRow>();

    public DbSet<SessionTag> SessionTags => Set<SessionTag>();

    public DbSet<SessionWords> SessionWords => Set<SessionWords>();

    public DbSet<SessionDeletionRow> SessionDeletions => Set<SessionDeletionRow>();

    public DbSet<SavedView> SavedViews => Set<SavedView>();

    public DbSet<MessageAnnotation> MessageAnnotations => Set<MessageAnnotation>();

    public DbSet<LabelChangeRow> LabelChanges => Set<LabelChangeRow>();

    public DbSet<LabelHistoryRow> LabelHistory => Set<LabelHistoryRow>();

    public DbSet<BundleRow> Bundles => Set<BundleRow>();

    public DbSet<ListingRow> Listings => Set<ListingRow>();

    public DbSet<ListingTag> ListingTags => Set<ListingTag>();

    public DbSet<ListingVersionRow> ListingVersions => Set<ListingVersionRow>();

    public DbSet<GrantRow> Grants => Set<GrantRow>();

    public DbSet<SubmissionRow> Submissions => Set<SubmissionRow>();

    public DbSet<DatasetRow> Datasets => Set<DatasetRow>();

    public DbSet<DatasetSectionRow> DatasetSections => Set<DatasetSectionRow>();

    public DbSet<DatasetChunkRow> DatasetChunks => Set<DatasetChunkRow>();

    public DbSet<DatasetChunkWords> DatasetChunkWords => Set<DatasetChunkWords>();

    public DbSet<DatasetWordRun> DatasetWordRuns => Set<DatasetWordRun>();

    public DbSet<DatasetWordBlock> DatasetWordBlocks => Set<DatasetWordBlock>();

    public DbSet<DatasetItemRow> DatasetItems => Set<DatasetItemRow>();

    public DbSet<DatasetItemMessage> DatasetItemMessages => Set<DatasetItemMessage>();

    public DbSet<DatasetTombstone> DatasetTombstones => Set<DatasetTombstone>();

    public DbSet<DatasetVersionRow> DatasetVersions => Set<DatasetVersionRow>();

    public DbSet<PublicLink> PublicLinks => Set<PublicLink>();

    public DbSet<RunRow> Runs => Set<RunRow>();

    public DbSet<RunResultRow> RunResults => Set<RunResultRow>();

    public DbSet<AssetRow> Assets => Set<AssetRow>();

    public DbSet<ExportRow> Exports => Set<ExportRow>();

    public DbSet<QueueRow> Queues => Set<QueueRow>();

    public DbSet<QueueItemRow> QueueItems => Set<QueueItemRow>();

    public DbSet<QueueReviewRow> QueueReviews => Set<QueueReviewRow>();

    public DbSet<QueueReservationRow> QueueReservations => Set<QueueReservationRow>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <summary>Collation that compares by code unit, so that ids, slugs and tags sort the same on every database.</summary>
    protected abstract string OrdinalCollation { get; }

    /// <summary>The level under which a long read sees one state of the database.</summary>
    public abstract IsolationLevel Snapshot { get; }

    /// <summary>Whether search uses a full-text index; pages say so when it does not.</summary>
    public abstract bool HasFullTextSearch { get; }

    /// <summary>Records under which words a session is found; the row must be tracked, as added or as one that is there.</summary>
    public void SetSearchWords(SessionRow row, IReadOnlyCollection<string> words)
    {
        var entry = Entry(new SessionWords { Workspace = row.Workspace, SessionId = row.Id });
        entry.State = Entry(row).State == EntityState.Added ? EntityState.Added : EntityState.Modified;
        SetWords(entry, words);
    }

    /// <summary>Sessions that hold each of the words, or a word that begins with it.</summary>
    public abstract IQueryable<SessionRow> WhereWordsMatch(IQueryable<SessionRow> sessions, IReadOnlyList<string> words);

    /// <summary>The same without the sessions' rows.</summary>
    public abstract IQueryable<SessionWords> WhereWordsMatch(IQueryable<SessionWords> found, IReadOnlyList<string> words);

    /// <summary>Some bytes of a value, for queries: the database reads no more of a long one than that.</summary>
    /// <param name="bytes">A column.</param>
    /// <param name="start">From 1.</param>
    /// <param name="length">How many; fewer when there are no more.</param>
    [DbFunction("substring", IsBuiltIn = true)]
    internal static byte[] Slice(byte[] bytes, int start, int length) => throw new NotSupportedException("Only a database can do this.");

    /// <summary>Inserts many rows by the database's own way for that, within the current transaction. Nothing is tracked, and columns that the database makes are left to it.</summary>
    /// <exception cref="InvalidOperationException">A row is of another workspace.</exception>
    public async Task BulkInsertAsync<T>(IReadOnlyCollection<T> rows, CancellationToken cancellationToken)
        where T : class, IWorkspaceOwned
    {
        CheckWorkspace(rows);
        if (rows.Count > 0)
        {
            await CopyRowsAsync(BulkColumns.Of(Model.FindEntityType(typeof(T))!), rows, cancellationToken);
        }
    }

    /// <summary>What is written around the change tracker does not meet the interceptor that guards the tenants' walls: it is asked here.</summary>
    private void CheckWorkspace<T>(IEnumerable<T> rows)
        where T : IWorkspaceOwned
    {
        if (rows.Any(row => row.Workspace != Tenant.Workspace))
        {
            throw new InvalidOperationException($"A {typeof(T).Name} of another workspace was about to be written.");
        }
    }

    /// <summary>Copies rows into their table.</summary>
    protected abstract Task CopyRowsAsync<T>(BulkColumns columns, IReadOnlyCollection<T> rows, CancellationToken cancellationToken)
        where T : class;

    /// <summary>
    /// Says that many items were written in the current transaction, so that the database does at once what it would get to later: a planner that takes
    /// a million new rows for a handful goes through all of them for each search.
    /// </summary>
    public virtual Task EndBulkAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Puts the words into the provider's own column.</summary>
    protected abstract void SetWords(EntityEntry<SessionWords> entry, IReadOnlyCollection<string> words);

    /// <summary>Whether the exception says that a unique index refused a row.</summary>
    public abstract bool IsUniqueViolation(DbUpdateException exception);

    /// <summary>
    /// Takes the workspace's lock until the transaction ends: all changes of its content pass here one after the other.
    /// False when the workspace is gone.
    /// </summary>
    public async Task<bool> LockWorkspaceAsync(string workspace, CancellationToken cancellationToken) =>
        await Workspaces.Where(row => row.Slug == workspace)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Revision, row => row.Revision + 1), cancellationToken) == 1;

    /// <summary>The revision that a change is made in, once the lock is held: rows that others keep copies of in memory say in which they changed.</summary>
    public Task<long> RevisionAsync(string workspace, CancellationToken cancellationToken) =>
        Workspaces.Where(row => row.Slug == workspace).Select(row => row.Revision).SingleAsync(cancellationToken);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        AddId<SessionId>(configurationBuilder);
        AddId<MessageId>(configurationBuilder);
        AddId<JobId>(configurationBuilder);
        AddId<SavedViewId>(configurationBuilder);
        AddId<ApiKeyId>(configurationBuilder);
        AddId<DatasetId>(configurationBuilder);
        AddId<SectionId>(configurationBuilder);
        AddId<ItemId>(configurationBuilder);
        AddId<RunId>(configurationBuilder);
        AddId<QueueId>(configurationBuilder);
        AddId<BundleId>(configurationBuilder);
        AddId<ListingId>(configurationBuilder);
        AddId<SubmissionId>(configurationBuilder);
        AddId<LinkId>(configurationBuilder);
        AddId<AssetId>(configurationBuilder);
        AddId<ExportId>(configurationBuilder);
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("user_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("user_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("user_tokens");
        builder.ApplyConfigurationsFromAssembly(typeof(EvalMarketDbContext).Assembly);
        foreach (var entity in builder.Model.GetEntityTypes())
        {
            if (entity.ClrType.IsAssignableTo(typeof(IWorkspaceOwned)))
            {
                FilterByTenant(builder.Entity(entity.ClrType));
            }

            entity.SetTableName(SnakeCase(entity.GetTableName()!));
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(SnakeCase(property.Name));
                var isId = property.Name == nameof(IWorkspaceOwned.Workspace) || IsIdentifier(property.ClrType);
                if (isId || property.FindAnnotation(Ordinal) is not null)
                {
                    property.SetCollation(OrdinalCollation);
                    property.SetIsUnicode(!isId);
                }
            }
        }
    }

    /// <summary>Annotation of properties that compare by code unit; see <see cref="OrdinalPropertyExtensions"/>.</summary>
    internal const string Ordinal = "EvalMarket:Ordinal";

    internal const int IdLength = 32;

    /// <summary>Tables and columns are named as SQL is usually written, so that nobody has to quote them.</summary>
    private static string SnakeCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c)
            ? (i > 0 && name[i - 1] != '_' && !char.IsUpper(name[i - 1]) ? "_" : "") + char.ToLowerInvariant(c)
            : c.ToString()));

    private static bool IsIdentifier(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type).GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITypeId<>));

    private static void AddId<T>(ModelConfigurationBuilder builder)
        where T : struct, ITypeId<T> =>
        builder.Properties<T>().HaveConversion<TypeIdConverter<T>>().HaveMaxLength(IdLength);

    private void FilterByTenant(EntityTypeBuilder entity)
    {
        var row = Expression.Parameter(entity.Metadata.ClrType, "row");
        var context = Expression.Constant(this, typeof(EvalMarketDbContext));
        var current = Expression.Property(Expression.Property(context, nameof(Tenant)), nameof(Core.Workspaces.Tenant.Workspace));
        var isOurs = Expression.Equal(Expression.Property(row, nameof(IWorkspaceOwned.Workspace)), current);
        entity.HasQueryFilter(TenantFilter, Expression.Lambda(isOurs, row));
    }
}

using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Market.Grants;
using EvalMarket.Core.Market.Listings;
using EvalMarket.Core.Market.Submissions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EvalMarket.Core.Data;

internal sealed class BundleMapping : IEntityTypeConfiguration<BundleRow>
{
    public void Configure(EntityTypeBuilder<BundleRow> bundle)
    {
        bundle.ToTable("bundles");
        bundle.OwnedByWorkspace();
        bundle.HasKey(row => new { row.Workspace, row.Id });
        bundle.Property(row => row.Name).HasMaxLength(BundleRow.NameLength);
        bundle.Property(row => row.Hash).HasMaxLength(12).IsOrdinal();
        bundle.Property(row => row.UpdatedBy).HasMaxLength(300);
    }
}

internal sealed class ListingMapping : IEntityTypeConfiguration<ListingRow>
{
    public void Configure(EntityTypeBuilder<ListingRow> listing)
    {
        listing.ToTable("listings");
        listing.OwnedByWorkspace();
        listing.HasKey(row => new { row.Workspace, row.Id });
        listing.Property(row => row.Slug).HasMaxLength(ListingRules.SlugLength).IsOrdinal();
        listing.Property(row => row.Hash).HasMaxLength(12).IsOrdinal();
        listing.Property(row => row.Title).HasMaxLength(ListingRules.TitleLength);
        listing.Property(row => row.Summary).HasMaxLength(ListingRules.SummaryLength);
        listing.Property(row => row.License).HasMaxLength(ListingRules.LicenseLength);
        listing.Property(row => row.Currency).HasMaxLength(3).IsOrdinal();
        listing.Property(row => row.Price).HasPrecision(18, 2);
        listing.Property(row => row.BestScore).HasPrecision(9, 4);
        listing.Property(row => row.SellerName).HasMaxLength(100);
        listing.Property(row => row.Traits).HasMaxLength(500).IsOrdinal();
        listing.Property(row => row.DataCard).HasConversion(card => ListingColumns.Write(card), text => ListingColumns.ReadCard(text));
        listing.Property(row => row.PreviewIds).HasConversion(
            ids => ListingColumns.Write(ids), text => ListingColumns.ReadIds(text),
            new ValueComparer<IReadOnlyList<string>>((one, other) => ListingColumns.Write(one!) == ListingColumns.Write(other!), ids => ListingColumns.Write(ids).GetHashCode(StringComparison.Ordinal)));
        listing.Ignore(row => row.IsFree);
        listing.HasMany(row => row.Tags).WithOne().HasForeignKey(tag => new { tag.Workspace, tag.ListingId }).OnDelete(DeleteBehavior.Cascade);
        listing.HasIndex(row => row.Slug).IsUnique();
        listing.HasIndex(row => row.Id).IsUnique();
        listing.HasIndex(row => new { row.Status, row.Runs, row.Id });
        listing.HasIndex(row => new { row.Workspace, row.BundleId });
    }
}

internal sealed class ListingTagMapping : IEntityTypeConfiguration<ListingTag>
{
    public void Configure(EntityTypeBuilder<ListingTag> tag)
    {
        tag.ToTable("listing_tags");
        tag.Property(row => row.Workspace).HasMaxLength(Workspaces.WorkspaceSlug.MaxLength);
        tag.HasKey(row => new { row.Workspace, row.ListingId, row.Tag });
        tag.Property(row => row.Tag).HasMaxLength(100).IsOrdinal();
        tag.HasIndex(row => new { row.Tag, row.ListingId });
    }
}

internal sealed class ListingVersionMapping : IEntityTypeConfiguration<ListingVersionRow>
{
    public void Configure(EntityTypeBuilder<ListingVersionRow> version)
    {
        version.ToTable("listing_versions");
        version.Property(row => row.Workspace).HasMaxLength(Workspaces.WorkspaceSlug.MaxLength);
        version.HasKey(row => new { row.Workspace, row.ListingId, row.Number });
        version.Property(row => row.Commitment).HasMaxLength(64).IsOrdinal();
        version.Property(row => row.Nonce).HasMaxLength(64).IsOrdinal();
        version.HasOne<ListingRow>().WithMany().HasForeignKey(row => new { row.Workspace, row.ListingId }).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class GrantMapping : IEntityTypeConfiguration<GrantRow>
{
    public void Configure(EntityTypeBuilder<GrantRow> grant)
    {
        grant.ToTable("grants");
        // Goes with the buyer. No key to the listing: it is another workspace's, and SQL Server takes no second way of deletion.
        grant.OwnedByWorkspace();
        grant.HasKey(row => new { row.Workspace, row.ListingId, row.Product });
        grant.Property(row => row.Seller).HasMaxLength(Workspaces.WorkspaceSlug.MaxLength).IsOrdinal();
        grant.Property(row => row.Message).HasMaxLength(GrantRow.MessageLength);
        grant.Property(row => row.RequestedBy).HasMaxLength(300);
        grant.Property(row => row.DecidedBy).HasMaxLength(300);
        grant.HasIndex(row => new { row.Seller, row.Status, row.RequestedAt });
    }
}

internal sealed class SubmissionMapping : IEntityTypeConfiguration<SubmissionRow>
{
    public void Configure(EntityTypeBuilder<SubmissionRow> submission)
    {
        submission.ToTable("submissions");
        submission.OwnedByWorkspace();
        submission.HasKey(row => new { row.Workspace, row.Id });
        submission.Property(row => row.Seller).HasMaxLength(Workspaces.WorkspaceSlug.MaxLength).IsOrdinal();
        submission.Property(row => row.Score).HasPrecision(9, 4);
        submission.Property(row => row.PassRate).HasPrecision(9, 6);
        submission.Property(row => row.Model).HasMaxLength(SubmissionRow.NameLength);
        submission.Property(row => row.LeaderboardName).HasMaxLength(SubmissionRow.NameLength);
        submission.Property(row => row.CreatedBy).HasMaxLength(300);
        submission.Property(row => row.Hash).HasMaxLength(12).IsOrdinal();
        submission.Property(row => row.Error).HasMaxLength(1000);
        submission.HasIndex(row => new { row.Workspace, row.ListingId, row.CreatedAt });
        submission.HasIndex(row => new { row.ListingId, row.Status });
        submission.HasIndex(row => new { row.Seller, row.Status });
    }
}

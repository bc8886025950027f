using EvalMarket.Core.Annotation;
using EvalMarket.Core.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EvalMarket.Core.Data;

internal sealed class QueueMapping : IEntityTypeConfiguration<QueueRow>
{
    public void Configure(EntityTypeBuilder<QueueRow> queue)
    {
        queue.ToTable("queues");
        queue.OwnedByWorkspace();
        queue.HasKey(row => new { row.Workspace, row.Id });
        queue.Property(row => row.Hash).HasMaxLength(12).IsOrdinal();
        queue.Property(row => row.Name).HasMaxLength(200);
        queue.Property(row => row.CreatedBy).HasMaxLength(300);
    }
}

/// <summary>
/// What is of a session goes with it. There is no foreign key to the queue: SQL Server takes only one way on which the end of a workspace reaches a row,
/// and whoever deletes a queue deletes what is in it.
/// </summary>
internal sealed class QueueItemMapping : IEntityTypeConfiguration<QueueItemRow>
{
    public void Configure(EntityTypeBuilder<QueueItemRow> item)
    {
        item.ToTable("queue_items");
        item.Property(row => row.Workspace).HasMaxLength(Workspaces.WorkspaceSlug.MaxLength);
        item.HasKey(row => new { row.Workspace, row.QueueId, row.SessionId });
        item.HasOne<SessionRow>().WithMany().HasForeignKey(row => new { row.Workspace, row.SessionId }).OnDelete(DeleteBehavior.Cascade);
        item.HasIndex(row => new { row.Workspace, row.QueueId, row.Added, row.SessionId });
        item.HasIndex(row => new { row.Workspace, row.QueueId, row.State, row.Added, row.SessionId });
        item.HasIndex(row => new { row.Workspace, row.SessionId });
    }
}

internal sealed class QueueReviewMapping : IEntityTypeConfiguration<QueueReviewRow>
{
    public void Configure(EntityTypeBuilder<QueueReviewRow> review)
    {
        review.ToTable("queue_reviews");
        review.Property(row => row.Workspace).HasMaxLength(Workspaces.WorkspaceSlug.MaxLength);
        review.HasKey(row => new { row.Workspace, row.QueueId, row.SessionId, row.Reviewer });
        review.Property(row => row.Reviewer).HasMaxLength(300).IsOrdinal();
        review.Property(row => row.Skip).HasMaxLength(1_000);
        review.Property(row => row.Flag).HasMaxLength(1_000);
        review.Ignore(row => row.IsReview);
        review.HasOne<QueueItemRow>().WithMany().HasForeignKey(row => new { row.Workspace, row.QueueId, row.SessionId }).OnDelete(DeleteBehavior.Cascade);
        review.HasIndex(row => new { row.Workspace, row.QueueId, row.Sequence, row.SessionId });
        review.HasIndex(row => new { row.Workspace, row.QueueId, row.Reviewer, row.SessionId });
    }
}

internal sealed class QueueReservationMapping : IEntityTypeConfiguration<QueueReservationRow>
{
    public void Configure(EntityTypeBuilder<QueueReservationRow> reservation)
    {
        reservation.ToTable("queue_reservations");
        reservation.Property(row => row.Workspace).HasMaxLength(Workspaces.WorkspaceSlug.MaxLength);
        reservation.HasKey(row => new { row.Workspace, row.QueueId, row.SessionId, row.Reviewer });
        reservation.Property(row => row.Reviewer).HasMaxLength(300).IsOrdinal();
        reservation.HasOne<QueueItemRow>().WithMany().HasForeignKey(row => new { row.Workspace, row.QueueId, row.SessionId }).OnDelete(DeleteBehavior.Cascade);
    }
}

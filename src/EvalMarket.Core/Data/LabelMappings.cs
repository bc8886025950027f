using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EvalMarket.Core.Data;

internal sealed class LabelChangeMapping : IEntityTypeConfiguration<LabelChangeRow>
{
    public void Configure(EntityTypeBuilder<LabelChangeRow> change)
    {
        change.ToTable("label_changes");
        change.OwnedByWorkspace();
        change.HasKey(row => new { row.Workspace, row.Sequence });
        change.Property(row => row.By).HasMaxLength(300);
    }
}

internal sealed class LabelHistoryMapping : IEntityTypeConfiguration<LabelHistoryRow>
{
    public void Configure(EntityTypeBuilder<LabelHistoryRow> history)
    {
        history.ToTable("label_history");
        history.Property(row => row.Workspace).HasMaxLength(Workspaces.WorkspaceSlug.MaxLength);
        history.HasKey(row => new { row.Workspace, row.SessionId, row.Sequence });
        history.Property(row => row.ReviewedByBefore).HasMaxLength(300);
        history.HasOne<SessionRow>().WithMany()
            .HasForeignKey(row => new { row.Workspace, row.SessionId }).OnDelete(DeleteBehavior.Cascade);
        // The sessions of a change, to take it back.
        history.HasIndex(row => new { row.Workspace, row.Sequence, row.SessionId });
    }
}

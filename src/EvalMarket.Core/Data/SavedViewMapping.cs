using EvalMarket.Core.Workspaces;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EvalMarket.Core.Data;

internal sealed class SavedViewMapping : IEntityTypeConfiguration<SavedView>
{
    public void Configure(EntityTypeBuilder<SavedView> view)
    {
        view.ToTable("saved_views");
        view.OwnedByWorkspace();
        view.HasKey(row => new { row.Workspace, row.Id });
        view.Property(row => row.Name).HasMaxLength(SavedView.NameLength);
        view.Property(row => row.Query).HasMaxLength(SavedView.QueryLength);
        // Goes with its dataset, which upkeep removes.
        view.HasIndex(row => new { row.Workspace, row.DatasetId });
        view.HasOne<Accounts.User>().WithMany().HasForeignKey(row => row.OwnerId).OnDelete(DeleteBehavior.Cascade);
    }
}

using EvalMarket.Core.Assets;
using EvalMarket.Core.Runs;
using EvalMarket.Core.Workspaces;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EvalMarket.Core.Data;

internal sealed class RunMapping : IEntityTypeConfiguration<RunRow>
{
    public void Configure(EntityTypeBuilder<RunRow> run)
    {
        run.ToTable("runs");
        run.OwnedByWorkspace();
        run.HasKey(row => new { row.Workspace, row.Id });
        run.Property(row => row.Hash).HasMaxLength(12).IsOrdinal();
        run.Property(row => row.Name).HasMaxLength(RunRow.NameLength);
        run.Property(row => row.Model).HasMaxLength(RunRow.NameLength);
        run.Property(row => row.Provider).HasMaxLength(RunRow.NameLength);
        run.Property(row => row.CreatedBy).HasMaxLength(300);
        run.HasIndex(row => new { row.Workspace, row.DatasetId, row.Id });
    }
}

/// <summary>Without a foreign key, as items have none: what deletes a run deletes its results.</summary>
internal sealed class RunResultMapping : IEntityTypeConfiguration<RunResultRow>
{
    public void Configure(EntityTypeBuilder<RunResultRow> result)
    {
        result.ToTable("run_results");
        result.Property(row => row.Workspace).HasMaxLength(WorkspaceSlug.MaxLength);
        result.HasKey(row => new { row.Workspace, row.RunId, row.ItemId });
        result.HasIndex(row => new { row.Workspace, row.RunId, row.Outcome, row.ItemId });
        result.HasIndex(row => new { row.Workspace, row.RunId, row.Section, row.Outcome, row.ItemId });
    }
}

internal sealed class AssetMapping : IEntityTypeConfiguration<AssetRow>
{
    public void Configure(EntityTypeBuilder<AssetRow> asset)
    {
        asset.ToTable("assets");
        asset.OwnedByWorkspace();
        asset.HasKey(row => new { row.Workspace, row.Id });
        asset.Property(row => row.Sha256).HasMaxLength(64).IsOrdinal();
        asset.Property(row => row.Name).HasMaxLength(AssetRow.NameLength);
        asset.Property(row => row.MimeType).HasMaxLength(100).IsOrdinal();
        asset.Property(row => row.CreatedBy).HasMaxLength(300);
        asset.HasIndex(row => new { row.Workspace, row.Sha256 }).IsUnique();
    }
}

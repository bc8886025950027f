using EvalMarket.Core.Exports;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EvalMarket.Core.Data;

internal sealed class ExportMapping : IEntityTypeConfiguration<ExportRow>
{
    public void Configure(EntityTypeBuilder<ExportRow> export)
    {
        export.ToTable("exports");
        export.OwnedByWorkspace();
        export.HasKey(row => new { row.Workspace, row.Id });
        export.Property(row => row.Format).HasMaxLength(50).IsOrdinal();
        export.Property(row => row.Name).HasMaxLength(ExportRow.NameLength);
        export.Property(row => row.Detail).HasMaxLength(ExportRow.DetailLength);
        export.Property(row => row.FileName).HasMaxLength(ExportRow.FileNameLength);
        export.Property(row => row.ContentType).HasMaxLength(100).IsOrdinal();
        export.Property(row => row.CreatedBy).HasMaxLength(300);
        export.HasIndex(row => new { row.Workspace, row.ExpiresAt });
    }
}

using EvalMarket.Core.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EvalMarket.Core.Data;

internal sealed class SessionMapping : IEntityTypeConfiguration<SessionRow>
{
    public void Configure(EntityTypeBuilder<SessionRow> session)
    {
        session.ToTable("sessions");
        session.OwnedByWorkspace();
        session.HasKey(row => new { row.Workspace, row.Id });
        session.Property(row => row.Hash).HasMaxLength(12).IsOrdinal();
        session.Property(row => row.ExternalId).HasMaxLength(200).IsOrdinal();
        session.Property(row => row.Title).HasMaxLength(500);
        // What lists are sorted by has to be a column to be in an index. Both databases know these words.
        session.Property(row => row.TitleSort).HasMaxLength(SessionRow.TitleSortLength).IsOrdinal().HasComputedColumnSql($"lower(left(title, {SessionRow.TitleSortLength}))", stored: true);
        session.Property(row => row.Tokens).HasComputedColumnSql(
            "case when prompt_tokens is null and completion_tokens is null then null else coalesce(prompt_tokens, 0) + coalesce(completion_tokens, 0) end", stored: true);
        session.Property(row => row.Source).HasMaxLength(200).IsOrdinal();
        session.Property(row => row.Author).HasMaxLength(200).IsOrdinal();
        session.Property(row => row.Project).HasMaxLength(200).IsOrdinal();
        session.Property(row => row.Model).HasMaxLength(200).IsOrdinal();
        session.Property(row => row.Provider).HasMaxLength(200).IsOrdinal();
        session.Property(row => row.Cost).HasPrecision(18, 8);
        session.Property(row => row.Preview).HasMaxLength(SessionIndexing.PreviewLength);
        session.Property(row => row.ReviewedBy).HasMaxLength(300);
        session.HasMany(row => row.Tags).WithOne()
            .HasForeignKey(tag => new { tag.Workspace, tag.SessionId }).OnDelete(DeleteBehavior.Cascade);
        session.HasIndex(row => new { row.Workspace, row.ExternalId }).IsUnique();
        session.HasIndex(row => new { row.Workspace, row.CreatedAt, row.Id });
        session.HasIndex(row => new { row.Workspace, row.UpdatedAt, row.Id });
        session.HasIndex(row => new { row.Workspace, row.ReviewedAt, row.Id });
        session.HasIndex(row => new { row.Workspace, row.TitleSort, row.Id });
        session.HasIndex(row => new { row.Workspace, row.TurnCount, row.Id });
        session.HasIndex(row => new { row.Workspace, row.Tokens, row.Id });
        session.HasIndex(row => new { row.Workspace, row.Cost, row.Id });
        session.HasIndex(row => new { row.Workspace, row.ImportJob, row.CreatedAt, row.Id });
        session.HasIndex(row => new { row.Workspace, row.Revision });
        session.HasIndex(row => new { row.Workspace, row.EvalReady, row.CreatedAt, row.Id });
        session.HasIndex(row => new { row.Workspace, row.EvalReady, row.EvalStatus, row.CreatedAt, row.Id });
    }
}

internal sealed class SessionDeletionMapping : IEntityTypeConfiguration<SessionDeletionRow>
{
    public void Configure(EntityTypeBuilder<SessionDeletionRow> deletion)
    {
        deletion.ToTable("session_deletions");
        deletion.OwnedByWorkspace();
        deletion.HasKey(row => new { row.Workspace, row.Revision, row.SessionId });
    }
}

internal sealed class SessionWordsMapping : IEntityTypeConfiguration<SessionWords>
{
    public void Configure(EntityTypeBuilder<SessionWords> words)
    {
        words.ToTable("session_words");
        words.Property(row => row.Workspace).HasMaxLength(Workspaces.WorkspaceSlug.MaxLength);
        words.HasKey(row => new { row.Workspace, row.SessionId });
        words.HasOne<SessionRow>().WithOne()
            .HasForeignKey<SessionWords>(row => new { row.Workspace, row.SessionId }).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class SessionTagMapping : IEntityTypeConfiguration<SessionTag>
{
    public void Configure(EntityTypeBuilder<SessionTag> tag)
    {
        tag.ToTable("session_tags");
        tag.Property(row => row.Workspace).HasMaxLength(Workspaces.WorkspaceSlug.MaxLength);
        tag.HasKey(row => new { row.Workspace, row.SessionId, row.Tag });
        tag.Property(row => row.Tag).HasMaxLength(100).IsOrdinal();
        tag.HasIndex(row => new { row.Workspace, row.Tag, row.SessionId });
    }
}

internal sealed class MessageAnnotationMapping : IEntityTypeConfiguration<MessageAnnotation>
{
    public void Configure(EntityTypeBuilder<MessageAnnotation> annotation)
    {
        annotation.ToTable("message_annotations");
        annotation.Property(row => row.Workspace).HasMaxLength(Workspaces.WorkspaceSlug.MaxLength);
        annotation.HasKey(row => new { row.Workspace, row.SessionId, row.MessageId, row.Sequence });
        annotation.Property(row => row.Author).HasMaxLength(300);
        annotation.HasOne<SessionRow>().WithMany()
            .HasForeignKey(row => new { row.Workspace, row.SessionId }).OnDelete(DeleteBehavior.Cascade);
    }
}

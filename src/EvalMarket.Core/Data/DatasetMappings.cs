using EvalMarket.Core.Datasets;
using EvalMarket.Core.Datasets.Links;
using EvalMarket.Core.Datasets.Words;
using EvalMarket.Core.Workspaces;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EvalMarket.Core.Data;

internal sealed class DatasetMapping : IEntityTypeConfiguration<DatasetRow>
{
    public void Configure(EntityTypeBuilder<DatasetRow> dataset)
    {
        dataset.ToTable("datasets");
        dataset.OwnedByWorkspace();
        dataset.HasKey(row => new { row.Workspace, row.Id });
        dataset.Property(row => row.Hash).HasMaxLength(12).IsOrdinal();
        dataset.Property(row => row.Name).HasMaxLength(200);
        dataset.Property(row => row.NameSort).HasMaxLength(DatasetRow.NameSortLength).IsOrdinal()
            .HasComputedColumnSql($"left(lower(left(name, {DatasetRow.NameSortLength})), {DatasetRow.NameSortLength})", stored: true);
        dataset.Property(row => row.CreatedBy).HasMaxLength(300);
        dataset.Property(row => row.UpdatedBy).HasMaxLength(300);
        dataset.Property(row => row.DeletedBy).HasMaxLength(300);
    }
}

internal sealed class DatasetSectionMapping : IEntityTypeConfiguration<DatasetSectionRow>
{
    public void Configure(EntityTypeBuilder<DatasetSectionRow> section)
    {
        section.ToTable("dataset_sections");
        section.Property(row => row.Workspace).HasMaxLength(WorkspaceSlug.MaxLength);
        section.HasKey(row => new { row.Workspace, row.DatasetId, row.Id });
        section.Property(row => row.Name).HasMaxLength(200);
        section.OfDataset(row => new { row.Workspace, row.DatasetId });
    }
}

internal sealed class DatasetChunkMapping : IEntityTypeConfiguration<DatasetChunkRow>
{
    public void Configure(EntityTypeBuilder<DatasetChunkRow> chunk)
    {
        chunk.ToTable("dataset_chunks");
        chunk.Property(row => row.Workspace).HasMaxLength(WorkspaceSlug.MaxLength);
        chunk.HasKey(row => new { row.Workspace, row.DatasetId, row.Number });
        chunk.OfDataset(row => new { row.Workspace, row.DatasetId });
    }
}

internal sealed class DatasetChunkWordsMapping : IEntityTypeConfiguration<DatasetChunkWords>
{
    public void Configure(EntityTypeBuilder<DatasetChunkWords> words)
    {
        words.ToTable("dataset_chunk_words");
        words.Property(row => row.Workspace).HasMaxLength(WorkspaceSlug.MaxLength);
        words.HasKey(row => new { row.Workspace, row.DatasetId, row.Number });
        // Not bound to the chunk's row: the words of a large import come before it.
    }
}

internal sealed class DatasetWordRunMapping : IEntityTypeConfiguration<DatasetWordRun>
{
    public void Configure(EntityTypeBuilder<DatasetWordRun> run)
    {
        run.ToTable("dataset_word_runs");
        run.Property(row => row.Workspace).HasMaxLength(WorkspaceSlug.MaxLength);
        run.HasKey(row => new { row.Workspace, row.DatasetId, row.Id });
        run.Property(row => row.Id).ValueGeneratedNever();
    }
}

/// <summary>Not bound to the run, which is known when its blocks are written.</summary>
internal sealed class DatasetWordBlockMapping : IEntityTypeConfiguration<DatasetWordBlock>
{
    public void Configure(EntityTypeBuilder<DatasetWordBlock> block)
    {
        block.ToTable("dataset_word_blocks");
        block.Property(row => row.Workspace).HasMaxLength(WorkspaceSlug.MaxLength);
        block.HasKey(row => new { row.Workspace, row.DatasetId, row.Run, row.Start });
        block.Property(row => row.Start).HasMaxLength(DatasetWordBlock.StartLength).IsOrdinal();
    }
}

/// <summary>Without foreign keys: to check one for each of a million rows would cost an import a fifth of its time. What deletes a dataset deletes its items.</summary>
internal sealed class DatasetItemMapping : IEntityTypeConfiguration<DatasetItemRow>
{
    public void Configure(EntityTypeBuilder<DatasetItemRow> item)
    {
        item.ToTable("dataset_items");
        item.Property(row => row.Workspace).HasMaxLength(WorkspaceSlug.MaxLength);
        item.HasKey(row => new { row.Workspace, row.DatasetId, row.Id });
        item.Property(row => row.Input).HasMaxLength(DatasetItemRow.PreviewLength);
        item.Property(row => row.Output).HasMaxLength(DatasetItemRow.PreviewLength);
        item.Property(row => row.InputSort).HasMaxLength(DatasetItemRow.InputSortLength).IsOrdinal()
            .HasComputedColumnSql($"left(lower(left(input, {DatasetItemRow.InputSortLength})), {DatasetItemRow.InputSortLength})", stored: true);
        item.Property(row => row.Tags).HasMaxLength(DatasetItemRow.TagsLength).IsOrdinal();
        item.Property(row => row.Hash).HasMaxLength(16).IsOrdinal();
        item.Ignore(row => row.IsLinked);
        item.Ignore(row => row.TagList);
        // A page of a chunk.
        item.HasIndex(row => new { row.Workspace, row.DatasetId, row.Chunk, row.Line });
        // The orders that lists can have beside that of the dataset; that of creation is the key's.
        item.HasIndex(row => new { row.Workspace, row.DatasetId, row.InputSort, row.Id });
        item.HasIndex(row => new { row.Workspace, row.DatasetId, row.OutputLength, row.Id });
        // The items of a session, and the sessions of a dataset.
        item.HasIndex(row => new { row.Workspace, row.SessionId, row.DatasetId }).HasFilter("session_id IS NOT NULL");
    }
}

internal sealed class DatasetItemMessageMapping : IEntityTypeConfiguration<DatasetItemMessage>
{
    public void Configure(EntityTypeBuilder<DatasetItemMessage> message)
    {
        message.ToTable("dataset_item_messages");
        message.Property(row => row.Workspace).HasMaxLength(WorkspaceSlug.MaxLength);
        message.HasKey(row => new { row.Workspace, row.DatasetId, row.MessageId, row.ItemId });
        message.HasIndex(row => new { row.Workspace, row.DatasetId, row.ItemId });
    }
}

internal sealed class DatasetTombstoneMapping : IEntityTypeConfiguration<DatasetTombstone>
{
    public void Configure(EntityTypeBuilder<DatasetTombstone> tombstone)
    {
        tombstone.ToTable("dataset_tombstones");
        tombstone.Property(row => row.Workspace).HasMaxLength(WorkspaceSlug.MaxLength);
        tombstone.HasKey(row => new { row.Workspace, row.DatasetId, row.ItemId });
    }
}

internal sealed class DatasetVersionMapping : IEntityTypeConfiguration<DatasetVersionRow>
{
    public void Configure(EntityTypeBuilder<DatasetVersionRow> version)
    {
        version.ToTable("dataset_versions");
        version.Property(row => row.Workspace).HasMaxLength(WorkspaceSlug.MaxLength);
        version.HasKey(row => new { row.Workspace, row.DatasetId, row.Version });
        version.Property(row => row.Hash).HasMaxLength(12).IsOrdinal();
        version.Property(row => row.Author).HasMaxLength(300);
        version.Property(row => row.Summary).HasMaxLength(DatasetVersionRow.SummaryLength);
        version.Property(row => row.Name).HasMaxLength(DatasetVersionRow.NameLength);
        version.OfDataset(row => new { row.Workspace, row.DatasetId });
    }
}

internal sealed class PublicLinkMapping : IEntityTypeConfiguration<PublicLink>
{
    public void Configure(EntityTypeBuilder<PublicLink> link)
    {
        link.ToTable("public_links");
        link.Property(row => row.Workspace).HasMaxLength(WorkspaceSlug.MaxLength);
        link.HasKey(row => new { row.Workspace, row.Id });
        link.Property(row => row.SecretHash).HasMaxLength(64).IsOrdinal();
        link.Property(row => row.CreatedBy).HasMaxLength(300);
        link.HasIndex(row => row.SecretHash).IsUnique();
        link.OfDataset(row => new { row.Workspace, row.DatasetId });
    }
}

internal static class DatasetOwnedMapping
{
    /// <summary>Goes with the dataset when it is removed.</summary>
    public static void OfDataset<T>(this EntityTypeBuilder<T> entity, System.Linq.Expressions.Expression<Func<T, object?>> key)
        where T : class => entity.HasOne<DatasetRow>().WithMany().HasForeignKey(key).OnDelete(DeleteBehavior.Cascade);
}

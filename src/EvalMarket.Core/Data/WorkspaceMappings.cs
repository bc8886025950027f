using EvalMarket.Core.Accounts;
using EvalMarket.Core.Audit;
using EvalMarket.Core.Jobs;
using EvalMarket.Core.Workspaces;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EvalMarket.Core.Data;

internal sealed class UserMapping : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> user)
    {
        user.ToTable("users");
        user.Property(row => row.DisplayName).HasMaxLength(100);
        user.Ignore(row => row.Shown);
    }
}

internal sealed class WorkspaceMapping : IEntityTypeConfiguration<Workspace>
{
    public void Configure(EntityTypeBuilder<Workspace> workspace)
    {
        workspace.ToTable("workspaces");
        workspace.HasKey(row => row.Slug);
        workspace.Property(row => row.Slug).HasMaxLength(WorkspaceSlug.MaxLength).IsOrdinal();
        workspace.Property(row => row.Name).HasMaxLength(100);
    }
}

internal sealed class MembershipMapping : IEntityTypeConfiguration<Membership>
{
    public void Configure(EntityTypeBuilder<Membership> membership)
    {
        membership.ToTable("memberships");
        membership.OwnedByWorkspace();
        membership.HasKey(row => new { row.Workspace, row.UserId });
        membership.HasOne<User>().WithMany().HasForeignKey(row => row.UserId);
        membership.HasIndex(row => row.UserId);
    }
}

internal sealed class InvitationMapping : IEntityTypeConfiguration<Invitation>
{
    public void Configure(EntityTypeBuilder<Invitation> invitation)
    {
        invitation.ToTable("invitations");
        invitation.OwnedByWorkspace();
        invitation.HasKey(row => new { row.Workspace, row.Id });
        invitation.Property(row => row.TokenHash).HasMaxLength(64).IsOrdinal();
        invitation.Property(row => row.Note).HasMaxLength(200);
        invitation.HasIndex(row => row.TokenHash).IsUnique();
    }
}

internal sealed class ApiKeyMapping : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> key)
    {
        key.ToTable("api_keys");
        key.OwnedByWorkspace();
        key.HasKey(row => new { row.Workspace, row.Id });
        key.Property(row => row.Name).HasMaxLength(100);
        key.Property(row => row.Hash).HasMaxLength(64).IsOrdinal();
        key.Property(row => row.Hint).HasMaxLength(16);
        key.HasIndex(row => row.Hash).IsUnique();
    }
}

internal sealed class AuditRecordMapping : IEntityTypeConfiguration<AuditRecord>
{
    public void Configure(EntityTypeBuilder<AuditRecord> record)
    {
        record.ToTable("audit_records");
        record.OwnedByWorkspace();
        record.HasKey(row => new { row.Workspace, row.Id });
        record.Property(row => row.Actor).HasMaxLength(300);
        record.Property(row => row.Action).HasMaxLength(50);
        record.Property(row => row.Subject).HasMaxLength(300);
        record.HasIndex(row => new { row.Workspace, row.At });
    }
}

internal sealed class JobMapping : IEntityTypeConfiguration<Job>
{
    public void Configure(EntityTypeBuilder<Job> job)
    {
        job.ToTable("jobs");
        job.OwnedByWorkspace();
        job.HasKey(row => new { row.Workspace, row.Id });
        job.Property(row => row.Kind).HasMaxLength(50);
        job.Property(row => row.Title).HasMaxLength(200);
        job.Property(row => row.CreatedBy).HasMaxLength(300);
        job.Property(row => row.LeaseOwner).HasMaxLength(100);
        job.HasIndex(row => new { row.Status, row.LeaseUntil });
    }
}

internal static class WorkspaceOwnedMapping
{
    /// <summary>Goes with the workspace when it is deleted.</summary>
    public static void OwnedByWorkspace<T>(this EntityTypeBuilder<T> entity)
        where T : class, IWorkspaceOwned
    {
        entity.Property(row => row.Workspace).HasMaxLength(WorkspaceSlug.MaxLength);
        entity.HasOne<Workspace>().WithMany().HasForeignKey(row => row.Workspace).OnDelete(DeleteBehavior.Cascade);
    }
}

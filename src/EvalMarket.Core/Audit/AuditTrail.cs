using EvalMarket.Core.Data;
using EvalMarket.Core.Workspaces;

namespace EvalMarket.Core.Audit;

/// <summary>Writes down who did what in the workspace that the scope has entered.</summary>
public sealed class AuditTrail(EvalMarketDbContext database, Tenant tenant, TimeProvider time)
{
    private const int SubjectLength = 300;

    /// <summary>Adds the record to the context: it is saved with the change that it tells of, or not at all.</summary>
    /// <param name="action"><c>key.created</c>, <c>member.removed</c>, …</param>
    /// <param name="subject">Id or name of what it was done to. Never content, never a secret.</param>
    public void Record(string action, string subject)
    {
        var now = time.GetUtcNow();
        database.AuditRecords.Add(new AuditRecord
        {
            Workspace = tenant.Required,
            Id = Guid.CreateVersion7(now),
            At = now,
            Actor = tenant.Actor.Name,
            Action = action,
            Subject = subject.Length > SubjectLength ? subject[..SubjectLength] : subject,
        });
    }
}

using EvalMarket.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Accounts;

/// <summary>
/// Counts tries at a password. A try is counted, in one statement, before the password is looked at, so that tries side by side
/// cannot outrun the count; a right password sets it back.
/// </summary>
public sealed class SignInGuard(EvalMarketDbContext database, IOptions<AccountOptions> options, TimeProvider time)
{
    /// <summary>False while the account waits; true has used up one try.</summary>
    public async Task<bool> TakeTryAsync(Guid user, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var last = options.Value.LockoutAfter - 1;
        DateTimeOffset? until = now + options.Value.LockoutFor;
        return await database.Users
            .Where(row => row.Id == user && (row.LockoutEnd == null || row.LockoutEnd <= now))
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.LockoutEnd, row => row.AccessFailedCount >= last ? until : null)
                    .SetProperty(row => row.AccessFailedCount, row => row.AccessFailedCount >= last ? 0 : row.AccessFailedCount + 1),
                cancellationToken) == 1;
    }

    /// <summary>After a right password, and after a reset.</summary>
    public Task ForgiveAsync(Guid user, CancellationToken cancellationToken) =>
        database.Users.Where(row => row.Id == user)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LockoutEnd, (DateTimeOffset?)null).SetProperty(row => row.AccessFailedCount, 0),
                cancellationToken);
}

using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using EvalMarket.Core.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Accounts;

/// <summary>
/// Which sign-ins of a person are in force. A cookie alone would stay good after signing out (a copy of it would); so each
/// sign-in has a row, named in the cookie, and both the row and the security stamp are looked at on every request.
/// The rows live in Identity's table of user tokens: name = SHA-256 of the session's id, value = when it began.
/// </summary>
public sealed class SignInSessions(EvalMarketDbContext database, IOptions<AccountOptions> options, TimeProvider time)
{
    private const string Provider = "[EvalMarket.Session]";

    private DbSet<IdentityUserToken<Guid>> Rows => database.UserTokens;

    /// <summary>Begins a session and gives its id, for the cookie. Sweeps out the person's sessions that have run out.</summary>
    public async Task<string> BeginAsync(Guid user, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var oldest = Moment(now - options.Value.SessionLifetime);
        await Rows.Where(row => row.UserId == user && row.LoginProvider == Provider && string.Compare(row.Value, oldest) < 0)
            .ExecuteDeleteAsync(cancellationToken);
        var session = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        Rows.Add(new IdentityUserToken<Guid> { UserId = user, LoginProvider = Provider, Name = Hash(session), Value = Moment(now) });
        await database.SaveChangesAsync(cancellationToken);
        return session;
    }

    /// <summary>Whether the cookie's session and security stamp are still in force.</summary>
    public async Task<bool> IsInForceAsync(Guid user, string session, string stamp, CancellationToken cancellationToken)
    {
        var name = Hash(session);
        var oldest = Moment(time.GetUtcNow() - options.Value.SessionLifetime);
        return await database.Users
            .Where(row => row.Id == user && row.SecurityStamp == stamp)
            .AnyAsync(
                row => Rows.Any(token => token.UserId == user && token.LoginProvider == Provider && token.Name == name
                    && string.Compare(token.Value, oldest) >= 0),
                cancellationToken);
    }

    public Task EndAsync(Guid user, string session, CancellationToken cancellationToken)
    {
        var name = Hash(session);
        return Rows.Where(row => row.UserId == user && row.LoginProvider == Provider && row.Name == name).ExecuteDeleteAsync(cancellationToken);
    }

    public Task EndAllAsync(Guid user, CancellationToken cancellationToken) =>
        Rows.Where(row => row.UserId == user && row.LoginProvider == Provider).ExecuteDeleteAsync(cancellationToken);

    // Sorts as text the way it sorts as time.
    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    private static string Hash(string session) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(session)));
}

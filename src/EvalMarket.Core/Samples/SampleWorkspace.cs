using System.Security.Cryptography;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Samples;

/// <summary>A workspace of one's own with invented sessions, to try everything on.</summary>
public sealed class SampleWorkspace(WorkspaceService workspaces, IServiceScopeFactory scopes, IOptions<Limits> limits)
{
    private const string Resource = "EvalMarket.Core.Samples.sample-sessions.jsonl";

    /// <summary>Random characters that make the address one's own.</summary>
    private const int SuffixLength = 8;

    /// <summary>The person's sample, made when there is none yet.</summary>
    /// <returns>Its slug.</returns>
    public async Task<Outcome<string>> OpenAsync(Guid person, string name, CancellationToken cancellationToken)
    {
        var mine = await workspaces.ListForAsync(person, cancellationToken);
        var slug = mine.FirstOrDefault(workspace => workspace is { IsSample: true, Role: WorkspaceRole.Owner })?.Slug;
        if (slug is null)
        {
            var made = await workspaces.CreateAsync(
                new NewWorkspace($"sample-{RandomNumberGenerator.GetHexString(SuffixLength, lowercase: true)}", "Sample workspace", IsSample: true), person, name, cancellationToken);
            if (!made.Succeeded(out var workspace, out var failure))
            {
                return failure;
            }

            slug = workspace.Slug;
        }

        return await FillAsync(slug, person, name, cancellationToken) is { } problem ? problem : slug;
    }

    /// <summary>Also fills a sample whose filling broke off, or that was emptied.</summary>
    private async Task<Failure?> FillAsync(string slug, Guid person, string name, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(slug, new Actor(name, person, null, Permissions.Of(WorkspaceRole.Owner)));
        if (await scope.ServiceProvider.GetRequiredService<SessionDirectory>().CountAsync(SessionFilter.All, cancellationToken) > 0)
        {
            return null;
        }

        await using var content = typeof(SampleWorkspace).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks {Resource}.");
        var outcome = await scope.ServiceProvider.GetRequiredService<SessionImport>().ImportAsync(
            SessionBodies.ReadLinesAsync(content, limits.Value.LineBytes, cancellationToken), new SessionImportResult(), null, null, cancellationToken);
        return outcome.Succeeded(out _, out var failure) ? null : failure;
    }
}

using System.Net;
using EvalMarket.Core;
using EvalMarket.Core.Workspaces;
using EvalMarket.Data.SqlServer;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Infrastructure.Startup;

[OptionsValidator]
internal sealed partial class ApplicationOptionsValidator : IValidateOptions<ApplicationOptions>;

[OptionsValidator]
internal sealed partial class LimitsAttributesValidator : IValidateOptions<Limits>;

/// <summary>The attributes' messages, with the name of the section before them.</summary>
internal sealed class LimitsValidator : IValidateOptions<Limits>
{
    private readonly LimitsAttributesValidator attributes = new();

    public ValidateOptionsResult Validate(string? name, Limits options)
    {
        var result = attributes.Validate("Limits", options);
        return result.Failed ? ValidateOptionsResult.Fail(result.Failures.Select(failure => failure.Replace("Limits.", "Limits:", StringComparison.Ordinal)))
            : options.SyncBytes > options.UploadBytes ? ValidateOptionsResult.Fail("Limits:SyncBytes cannot be larger than Limits:UploadBytes.")
            : ValidateOptionsResult.Success;
    }
}

internal sealed class DatabaseOptionsValidator(IConfiguration configuration) : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options)
    {
        var connection = configuration.GetConnectionString(DatabaseServer.ConnectionName);
        if (!Enum.IsDefined(options.Provider))
            return ValidateOptionsResult.Fail($"Database:Provider is '{options.Provider}': use {string.Join(", ", Enum.GetNames<DatabaseProvider>())}.");
        if (options.Provider == DatabaseProvider.Embedded)
            return ValidateOptionsResult.Success;
        if (string.IsNullOrWhiteSpace(connection))
            return ValidateOptionsResult.Fail($"ConnectionStrings:Database is missing: Database:Provider={options.Provider} needs it.");
        return options.Provider == DatabaseProvider.SqlServer && SqlServerRegistration.Check(connection) is { } reason
            ? ValidateOptionsResult.Fail($"ConnectionStrings:Database cannot be used: {reason}.")
            : ValidateOptionsResult.Success;
    }
}

internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options) => options.Provider switch
    {
        StorageProvider.Local => ValidateOptionsResult.Success,
        StorageProvider.S3 => ValidateOptionsResult.Fail("Storage:Provider=S3 is not supported by this version: use Local."),
        _ => ValidateOptionsResult.Fail($"Storage:Provider is '{options.Provider}': use {string.Join(", ", Enum.GetNames<StorageProvider>())}."),
    };
}

internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        var wrong = options.TrustedNetworks.Where(network => !IPNetwork.TryParse(network, out _)).ToList();
        return wrong.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Proxy:TrustedNetworks holds {string.Join(", ", wrong.Select(text => $"'{text}'"))}: networks look like 10.0.0.0/8.");
    }
}

internal sealed class BootstrapOptionsValidator : IValidateOptions<BootstrapOptions>
{
    public ValidateOptionsResult Validate(string? name, BootstrapOptions options)
    {
        List<string> failures = [];
        foreach (var (section, account) in options.Accounts())
        {
            if (string.IsNullOrWhiteSpace(account.Email) || !account.Email.Contains('@', StringComparison.Ordinal))
                failures.Add($"{section}:Email must be an e-mail address.");
            if (account.Workspace is not null && !WorkspaceSlug.IsValid(account.Workspace))
                failures.Add($"{section}:Workspace must be made of {WorkspaceSlug.Rule}");
            if (account.ApiKey is not null && !ApiKeySecret.IsWellFormed(account.ApiKey))
                failures.Add($"{section}:ApiKey must look like emk_ and at least 36 letters and digits.");
            if (account.ApiKey is not null && account.Workspace is null)
                failures.Add($"{section}:Workspace is missing: an API key belongs to a workspace.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}

using System.ComponentModel.DataAnnotations;

namespace EvalMarket.Web.Infrastructure.Startup;

/// <summary>Settings at the root of the configuration.</summary>
public sealed class ApplicationOptions
{
    /// <summary>Where the embedded database and the local files are. Relative to the folder that the app was started in.</summary>
    [Required(AllowEmptyStrings = false)]
    public string DataDirectory { get; set; } = "data";

    /// <summary>The same as an absolute path.</summary>
    public string FullDataDirectory => Path.GetFullPath(DataDirectory);
}

/// <summary><c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    [EnumDataType(typeof(DatabaseProvider))]
    public DatabaseProvider Provider { get; set; } = DatabaseProvider.Embedded;

    /// <summary>Whether the tables are brought up to date at start.</summary>
    public bool Migrate { get; set; } = true;

    public EmbeddedOptions Embedded { get; set; } = new();
}

/// <summary><c>Database:Embedded</c>.</summary>
public sealed class EmbeddedOptions
{
    /// <summary>Where PostgreSQL's programs are; searched for when not set.</summary>
    public string? BinDirectory { get; set; }
}

public enum DatabaseProvider
{
    Embedded,
    PostgreSql,
    SqlServer,
}

/// <summary><c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    [EnumDataType(typeof(StorageProvider))]
    public StorageProvider Provider { get; set; } = StorageProvider.Local;
}

public enum StorageProvider
{
    Local,
    S3,
}

/// <summary><c>Proxy</c>: whose <c>X-Forwarded-*</c> headers are believed.</summary>
public sealed class ProxyOptions
{
    public const string Section = "Proxy";

    /// <summary>Networks in CIDR notation, <c>10.0.0.0/8</c>; none by default.</summary>
    public IList<string> TrustedNetworks { get; } = [];
}

/// <summary><c>Bootstrap</c>: accounts that are made at start when they are not there.</summary>
public sealed class BootstrapOptions
{
    public const string Section = "Bootstrap";

    public string? Email { get; set; }

    public string? Password { get; set; }

    public string? Workspace { get; set; }

    public string? ApiKey { get; set; }

    /// <summary>More of the same, by any name: <c>Bootstrap:Others:0:Email</c>.</summary>
    public IDictionary<string, BootstrapOptions> Others { get; } = new Dictionary<string, BootstrapOptions>(StringComparer.Ordinal);

    public bool IsSet => Email is not null || Password is not null || Workspace is not null || ApiKey is not null;

    /// <summary>This one and the others that are set, each with the name of its section.</summary>
    public IEnumerable<(string Section, BootstrapOptions Account)> Accounts()
    {
        if (IsSet)
            yield return (Section, this);
        foreach (var (name, other) in Others.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (other.IsSet)
                yield return ($"{Section}:Others:{name}", other);
        }
    }
}

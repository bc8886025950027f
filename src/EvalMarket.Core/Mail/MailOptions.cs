using System.Globalization;
using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace EvalMarket.Core.Mail;

/// <summary>The settings under <c>Mail</c>. Without a host, messages are written as files into the data directory.</summary>
public sealed class MailOptions
{
    public const string Section = "Mail";

    /// <summary>Folder for messages as files; <c>mail</c> in the data directory unless set.</summary>
    public string? Directory { get; set; }

    public SmtpOptions Smtp { get; set; } = new();
}

/// <summary>The settings under <c>Mail:Smtp</c>.</summary>
public sealed class SmtpOptions
{
    /// <summary>Name of the server; messages go there when it is set.</summary>
    public string? Host { get; set; }

    public int Port { get; set; } = 587;

    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>The sender's address, with or without a name: <c>EvalMarket &lt;evals@example.com&gt;</c>.</summary>
    public string? From { get; set; }

    public bool StartTls { get; set; } = true;
}

/// <summary>A wrong mail setting stops the app at start, by its name.</summary>
public sealed class MailOptionsValidation : IValidateOptions<MailOptions>
{
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        var smtp = options.Smtp;
        if (string.IsNullOrWhiteSpace(smtp.Host))
        {
            return smtp.User is null && smtp.Password is null && smtp.From is null
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("Mail:Smtp:Host is missing, although other Mail:Smtp settings are there.");
        }

        List<string> errors = [];
        if (smtp.Port is < 1 or > 65535)
        {
            errors.Add(string.Create(CultureInfo.InvariantCulture, $"Mail:Smtp:Port is {smtp.Port}; a port lies between 1 and 65535."));
        }

        if (!MailAddress.TryCreate(smtp.From, out _))
        {
            errors.Add("Mail:Smtp:From has to be an e-mail address, as in: EvalMarket <evals@example.com>");
        }

        if (smtp.User is null != smtp.Password is null)
        {
            errors.Add("Mail:Smtp:User and Mail:Smtp:Password only work together.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

using EvalMarket.Core.Mail;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Pages.Account;

/// <summary>The address under which people reach this server, for the links in messages.</summary>
public sealed class PublicAddressOptions
{
    /// <summary>As in <c>https://evals.example.com</c>. Without it, links carry the address of the request.</summary>
    public string? PublicUrl { get; set; }
}

/// <summary>
/// The Host header comes from whoever asks. A message that is really sent must not carry it: a link in somebody else's
/// mailbox would lead where the asker likes. So a mail server needs the setting.
/// </summary>
internal sealed class PublicAddressValidation(IOptions<MailOptions> mail) : IValidateOptions<PublicAddressOptions>
{
    public ValidateOptionsResult Validate(string? name, PublicAddressOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.PublicUrl))
        {
            return string.IsNullOrWhiteSpace(mail.Value.Smtp.Host)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("PublicUrl is missing: with Mail:Smtp:Host set, it says where the links in messages lead, as in https://evals.example.com");
        }

        return Uri.TryCreate(options.PublicUrl, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            && address.Query.Length == 0 && address.Fragment.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail("PublicUrl has to be an address such as https://evals.example.com");
    }
}

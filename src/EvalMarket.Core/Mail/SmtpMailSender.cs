using System.Net;
using System.Net.Mail;

namespace EvalMarket.Core.Mail;

/// <summary>Hands messages to a mail server.</summary>
public sealed class SmtpMailSender(SmtpOptions options) : IMailSender
{
    public async Task SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient(options.Host, options.Port)
        {
            EnableSsl = options.StartTls,
            Credentials = options.User is { } user ? new NetworkCredential(user, options.Password) : null,
        };
        using var message = new MailMessage(options.From!, mail.To, mail.Subject, mail.Body);
        await client.SendMailAsync(message, cancellationToken);
    }
}

namespace EvalMarket.Core.Mail;

/// <summary>Hands a message to whatever delivers it.</summary>
public interface IMailSender
{
    /// <summary>Returns when the message has been handed over; throws when it could not be.</summary>
    Task SendAsync(OutgoingMail mail, CancellationToken cancellationToken);
}

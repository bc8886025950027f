namespace EvalMarket.Core.Mail;

/// <summary>A short plain-text message to one person.</summary>
/// <param name="To">One address, already checked to be one.</param>
/// <param name="Subject">One line.</param>
/// <param name="Body">Plain text; a link stands on a line of its own, so that no mail reader breaks it.</param>
public sealed record OutgoingMail(string To, string Subject, string Body);

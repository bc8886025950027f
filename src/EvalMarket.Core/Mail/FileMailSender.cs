using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace EvalMarket.Core.Mail;

/// <summary>
/// Writes each message as an <c>.eml</c> file (RFC 5322), which any mail program opens: the way for an app on somebody's own
/// machine, where the person who runs it can read the folder. Folder and files are for their owner only, because the links
/// in them let people in.
/// </summary>
public sealed partial class FileMailSender(string directory, TimeProvider time, ILogger<FileMailSender> logger) : IMailSender
{
    public async Task SendAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        var folder = new DirectoryInfo(directory);
        if (!folder.Exists)
        {
            if (OperatingSystem.IsWindows())
            {
                folder.Create();
            }
            else
            {
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var path = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMdd-HHmmss-fff}-{id:n}.eml"));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Under a temporary name until it is whole: whoever watches the folder never sees half a message.
        var unfinished = path + ".tmp";
        await using (var writer = new StreamWriter(unfinished, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), options))
        {
            await writer.WriteAsync(Message(mail, now, id).AsMemory(), cancellationToken);
        }

        File.Move(unfinished, path);
        Log.Written(logger, path);
    }

    private static string Message(OutgoingMail mail, DateTimeOffset now, Guid id) => string.Join("\r\n",
    [
        "From: EvalMarket <no-reply@localhost>",
        $"To: {OneLine(mail.To)}",
        $"Subject: {EncodedWord(OneLine(mail.Subject))}",
        string.Create(CultureInfo.InvariantCulture, $"Date: {now:ddd, dd MMM yyyy HH:mm:ss} +0000"),
        $"Message-ID: <{id:n}@localhost>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        mail.Body.ReplaceLineEndings("\r\n"),
        "",
    ]);

    private static string OneLine(string text) => string.Concat(text.Where(c => !char.IsControl(c)));

    /// <summary>RFC 2047, for subjects with letters beyond ASCII.</summary>
    private static string EncodedWord(string text) =>
        Ascii.IsValid(text) ? text : $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=";

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "A message was written to {Path}; set Mail:Smtp:Host to have messages sent.")]
        public static partial void Written(ILogger logger, string path);
    }
}

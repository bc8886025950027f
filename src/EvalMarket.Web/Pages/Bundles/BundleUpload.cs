using EvalMarket.Core;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Formats;
using EvalMarket.Formats.Bundles;
using EvalMarket.Web.Api.Sessions;

namespace EvalMarket.Web.Pages.Bundles;

/// <summary>Where the files of a bundle are sent to.</summary>
/// <param name="Action">The address that begins an upload, or one that has begun (<paramref name="IsDraft"/>).</param>
internal sealed record BundleUpload(string Action, bool IsDraft, long MaxBytes)
{
    public const int MaxFiles = 3;

    /// <summary>What a person may say that a JSON file is.</summary>
    public const string PartField = "part";

    /// <summary>Takes the files of a form in, each to its place; the first that has none ends it.</summary>
    /// <param name="said">What the person says that a JSON file is; null to recognise it.</param>
    public static async Task<Failure?> ReceiveAsync(HttpContext http, BundleDrafts drafts, BundleDraft draft, string? said, CancellationToken cancellationToken)
    {
        try
        {
            var any = false;
            var form = new UploadForm(http);
            await foreach (var file in form.FilesAsync(cancellationToken))
            {
                // A plain form has been read whole already, and says it in a field.
                said = form.Fields.TryGetValue(PartField, out var field) ? field : said;
                var content = await HeadStream.ReadAsync(file.Content, BundleFileGuess.HeadBytes, cancellationToken);
                if (PartOf(file.Name, content.Head.Span, said) is not { } part)
                    return Refused(file.Name);
                if (await drafts.PutAsync(draft, part, content, cancellationToken) is { } failure)
                    return failure;
                any = true;
            }

            return any ? null : new Invalid("no_files", "Choose at least one file.", []);
        }
        catch (InvalidDataException exception)
        {
            return new Invalid("invalid_multipart", exception.Message, []);
        }
    }

    private static BundlePart? PartOf(string name, ReadOnlySpan<byte> head, string? said) => BundleFileGuess.Of(name, head) switch
    {
        BundleFileRole.Reference => BundlePart.Reference,
        _ when said == "tasks" => BundlePart.Tasks,
        _ when said == "answers" => BundlePart.Answers,
        BundleFileRole.Tasks => BundlePart.Tasks,
        BundleFileRole.Answers => BundlePart.Answers,
        _ => null,
    };

    public static string NameOf(BundlePart part) => part switch
    {
        BundlePart.Tasks => BundleTasks.FileName,
        BundlePart.Answers => BundleAnswers.FileName,
        _ => ReferenceArchive.FileName,
    };

    private static Invalid Refused(string name)
    {
        var message = name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? "Neither the content nor the name of this file says whether it is tasks or answers. Choose which it is, and send it again."
            : "A bundle is tasks.json, answers.json, and one ZIP with all reference files. Pack this file into the ZIP, if it is one of them.";
        return new Invalid("unknown_file", message, [new ContentError(message, File: name)]);
    }
}

using EvalMarket.Core;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Formats;
using EvalMarket.Formats.Bundles;
using EvalMarket.Web.Api.Sessions;

namespace EvalMarket.Web.Pages.Bundles;

/// <summary>Where the files of a bundle are sent to.</summary>
/// <param name="Action">The address that begins an upload, or one that has begun (<paramref name="IsDraft"/>).</param>
internal sealed record BundleUpload(string Action, bool IsDraft, long MaxBytes)
{
    public const int MaxFiles = 3;

    /// <summary>Takes the files of a form in, each to its place; the first that has none ends it.</summary>
    public static async Task<Failure?> ReceiveAsync(HttpContext http, BundleDrafts drafts, BundleDraft draft, CancellationToken cancellationToken)
    {
        try
        {
            var any = false;
            await foreach (var file in new UploadForm(http).FilesAsync(cancellationToken))
            {
                if (PartOf(file.Name) is not { } part)
                    return Refused(file.Name);
                if (await drafts.PutAsync(draft, part, file.Content, cancellationToken) is { } failure)
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

    /// <summary>What a file is, by its name.</summary>
    public static BundlePart? PartOf(string name)
    {
        var file = name[(name.LastIndexOf('/') + 1)..].ToLowerInvariant();
        return file.EndsWith(".zip", StringComparison.Ordinal) ? BundlePart.Reference
            : !file.EndsWith(".json", StringComparison.Ordinal) ? null
            : file.Contains("answer", StringComparison.Ordinal) ? BundlePart.Answers
            : file.Contains("task", StringComparison.Ordinal) || file.Contains("prompt", StringComparison.Ordinal) ? BundlePart.Tasks
            : null;
    }

    public static string NameOf(BundlePart part) => part switch
    {
        BundlePart.Tasks => BundleTasks.FileName,
        BundlePart.Answers => BundleAnswers.FileName,
        _ => ReferenceArchive.FileName,
    };

    private static Invalid Refused(string name)
    {
        var message = name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? "Name the file tasks.json or answers.json, so that it is clear which it is."
            : "A bundle is tasks.json, answers.json, and one ZIP with all reference files. Pack this file into the ZIP, if it is one of them.";
        return new Invalid("unknown_file", message, [new ContentError(message, File: name)]);
    }
}

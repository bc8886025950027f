using EvalMarket.Core;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Formats;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Problems;

namespace EvalMarket.Web.Api.Market;

/// <summary>The multipart form of a bundle: files <c>tasks</c>, <c>answers</c>, <c>reference</c>, field <c>name</c>. Files go to their places as they arrive.</summary>
internal static class BundleForm
{
    public const string DefaultName = "Untitled bundle";

    private const string NameField = "name";

    /// <summary>The draft with its name, or what is wrong with the form. What is wrong with the files is found later.</summary>
    public static async Task<(BundleDraft Draft, Problem? Problem)> ReadAsync(UploadForm form, BundleDraft draft, BundleDrafts drafts, CancellationToken cancellationToken)
    {
        List<ContentError> errors = [];
        HashSet<BundlePart> seen = [];
        try
        {
            await foreach (var file in form.FilesAsync(cancellationToken))
            {
                var field = form.FileParts[^1];
                if (PartOf(field) is not { } part)
                    errors.Add(new ContentError("There is no such file field. Known: tasks, answers, reference.", $"/{field}"));
                else if (!seen.Add(part))
                    errors.Add(new ContentError("Sent more than once.", $"/{field}"));
                else if (await drafts.PutAsync(draft, part, file.Content, cancellationToken) is { } failure)
                    return (draft, failure.ToProblem());
            }
        }
        catch (InvalidDataException exception)
        {
            return (draft, Problem.BadRequest("invalid_multipart", exception.Message));
        }

        foreach (var field in form.Fields.Keys.Where(field => field is not (NameField or "__RequestVerificationToken")))
        {
            errors.Add(new ContentError(
                PartOf(field) is null ? "There is no such field. Known: name, and the files tasks, answers, reference." : "Send this as a file, with a file name.", $"/{field}"));
        }

        var named = form.Fields.TryGetValue(NameField, out var name) && !string.IsNullOrWhiteSpace(name) ? draft with { Name = name.Trim() } : draft;
        if (named.Name.Length > BundleRow.NameLength)
            errors.Add(new ContentError($"At most {BundleRow.NameLength} characters.", "/name"));
        return (named, errors.Count == 0 ? null : new Invalid("invalid_form", errors[0].Message, errors).ToProblem());
    }

    private static BundlePart? PartOf(string field) => field switch
    {
        "tasks" => BundlePart.Tasks,
        "answers" => BundlePart.Answers,
        "reference" => BundlePart.Reference,
        _ => null,
    };
}

using EvalMarket.Core;
using EvalMarket.Core.Datasets.Csv;
using EvalMarket.Core.Datasets.Writing;
using EvalMarket.Core.Sessions.Import;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Api.Sessions;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Requests;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Datasets.Lists;

/// <summary>A file that becomes a dataset: a package as it is, a CSV after its rows have been looked at.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
[UnreadForm]
internal sealed class UploadDatasetModel(
    DatasetEditing editing, CsvDrafts csv, Tenant tenant, Limits limits) : PageModel
{
    private const string Csv = "csv";
    private const string Package = "package";
    private const string Bundle = "bundle";

    /// <summary>Bytes that tell what a file is.</summary>
    private const int HeadBytes = 512;

    public string Workspace => tenant.Required;

    public long MaxBytes => limits.UploadBytes;

    public string? Refusal { get; private set; }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!Request.HasFormContentType)
        {
            return BadRequest();
        }

        var form = new UploadForm(HttpContext);
        await foreach (var file in form.FilesAsync(cancellationToken))
        {
            // A plain form's fields are known with its token; streamed ones come after the file, and the content decides.
            var head = await HeadStream.ReadAsync(file.Content, HeadBytes, cancellationToken);
            var kind = form.Fields.GetValueOrDefault("kind") is { Length: > 0 } said ? said : KindOf(head.Head.Span);
            var incoming = new IncomingFile(file.Name, head);
            switch (kind)
            {
                case Package:
                    return Refuse("This is a ZIP archive. Take the CSV out of it.");
                case Csv:
                    return await UploadCsvAsync(incoming, cancellationToken);
                case Bundle:
                    return Refuse("This is an eval bundle: tasks with answers and reference files. Bundles have a place of their own in the rail.");
                default:
                    return Refuse("This is neither a CSV nor a package.");
            }
        }

        return Refuse("Choose a file.");
    }

    /// <summary>What a file is, by its first bytes: archives are packages, JSON is a bundle's, other text is a CSV.</summary>
    internal static string? KindOf(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8))
        {
            return Package;
        }

        var isUtf16 = head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]);
        if (head.IsEmpty || (head.Contains((byte)0) && !isUtf16))
        {
            return null;
        }

        var text = head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? head[3..] : head;
        var start = text.TrimStart(" \t\r\n"u8);
        return !isUtf16 && !start.IsEmpty && start[0] is (byte)'{' or (byte)'[' ? Bundle : Csv;
    }

    private async Task<IActionResult> UploadCsvAsync(IncomingFile file, CancellationToken cancellationToken)
    {
        var name = Path.GetFileNameWithoutExtension(file.Name.Split('/', '\\')[^1]).Trim();
        var made = await editing.CreateAsync(new NewDataset(name.Length is > 0 and <= DatasetEditing.NameLength ? name : "Uploaded rows"), cancellationToken);
        if (!made.Succeeded(out var dataset, out var failure))
        {
            return Refuse(failure.Message);
        }

        var outcome = await csv.BeginAsync(dataset.Id, file, cancellationToken);
        if (outcome.Succeeded(out var draft, out failure))
        {
            return Redirect(Addresses.DatasetCsvDraft(Workspace, dataset.Id.Value, draft.Value));
        }

        await editing.DeleteAsync(dataset.Id, cancellationToken);
        return Refuse(failure.Message);
    }

    private PageResult Refuse(string why)
    {
        Refusal = why;
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}

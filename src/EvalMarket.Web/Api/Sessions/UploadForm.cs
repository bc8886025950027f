using System.Runtime.CompilerServices;
using System.Text;
using EvalMarket.Core.Sessions.Import;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace EvalMarket.Web.Api.Sessions;

/// <summary>A multipart body that is read once, from its start to its end: the files as they arrive, and then the fields.</summary>
internal sealed class UploadForm(HttpContext http)
{
    private const int LongestName = 500;

    /// <summary>Bytes of a field that is no file.</summary>
    private const int LongestField = 16 * 1024;

    /// <summary>Names of the parts that are files.</summary>
    public List<string> FileParts { get; } = [];

    /// <summary>The other fields; complete when the files have been read.</summary>
    public Dictionary<string, string> Fields { get; } = new(StringComparer.Ordinal);

    /// <summary>Gives the files; nothing of them is held in memory. What a browser sends for a field in which no file was chosen is left out.</summary>
    /// <exception cref="InvalidDataException">The body is no multipart form.</exception>
    public async IAsyncEnumerable<IncomingFile> FilesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A plain form carries its antiforgery token as a field, and whoever looked for it has read everything.
        if (http.Features.Get<IFormFeature>()?.Form is { } form)
        {
            foreach (var field in form)
            {
                Fields[field.Key] = field.Value.ToString();
            }

            foreach (var file in form.Files.Where(file => file.Length > 0 || file.FileName.Length > 0))
            {
                FileParts.Add(file.Name);
                await using var content = file.OpenReadStream();
                yield return new IncomingFile(NameOf(file.FileName), content);
            }

            yield break;
        }

        var boundary = MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) ? HeaderUtilities.RemoveQuotes(type.Boundary).Value : null;
        if (string.IsNullOrEmpty(boundary))
        {
            throw new InvalidDataException("The multipart body has no boundary.");
        }

        var reader = new MultipartReader(boundary, http.Request.Body) { HeadersCountLimit = 16 };
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (section.AsFileSection() is { FileStream: { } content } file)
            {
                if (file.FileName.Length > 0)
                {
                    FileParts.Add(file.Name);
                    yield return new IncomingFile(NameOf(file.FileName), content);
                }
            }
            else if (section.AsFormDataSection() is { } field)
            {
                var value = await HeadStream.ReadAsync(section.Body, LongestField, cancellationToken);
                Fields[field.Name] = value.IsWhole ? Encoding.UTF8.GetString(value.Head.Span) : throw new InvalidDataException($"The field {field.Name} is too long.");
            }
        }
    }

    /// <summary>What the sender calls a file, folders included, in a form that can be shown: <c>projects/ledger/session.jsonl</c>.</summary>
    public static string NameOf(string sent)
    {
        var name = new StringBuilder(sent.Length);
        foreach (var segment in sent.Split('/', '\\'))
        {
            var clean = string.Concat(segment.Where(c => !char.IsControl(c))).Trim();
            if (clean is not ("" or "." or ".."))
            {
                name.Append(name.Length > 0 ? "/" : "").Append(clean);
            }
        }

        var text = name.Length == 0 ? "file" : name.ToString();
        // The end says what it is.
        if (text.Length > LongestName)
        {
            text = text[^(LongestName - 1)..];
            text = "…" + (char.IsLowSurrogate(text[0]) ? text[1..] : text);
        }

        return text;
    }
}

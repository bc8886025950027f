using System.Text;
using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Formats;
using EvalMarket.Formats.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace EvalMarket.Web.Infrastructure.Requests;

/// <summary>Reads a JSON body in the API's terms.</summary>
public static class JsonBody
{
    /// <summary>The body, or why it is none: unknown members and wrong types are <see cref="Invalid"/> with their place (422), more than <c>Limits:SyncBytes</c> is <see cref="Core.TooLarge"/> (413).</summary>
    /// <exception cref="BadHttpRequestException">The Content-Type is not JSON (415).</exception>
    public static async Task<Outcome<T>> ReadAsync<T>(HttpContext http, CancellationToken cancellationToken)
        where T : notnull
    {
        if (!http.Request.HasJsonContentType())
            throw new BadHttpRequestException("Send JSON, with Content-Type: application/json.", StatusCodes.Status415UnsupportedMediaType);

        var limits = http.RequestServices.GetRequiredService<Limits>();
        if (http.Request.ContentLength > limits.SyncBytes)
            return new TooLarge("sync_bytes", limits.SyncBytes, http.Request.ContentLength);

        using var body = new MemoryStream();
        if (!await CopyAsync(http.Request.Body, body, limits.SyncBytes, cancellationToken))
            return new TooLarge("sync_bytes", limits.SyncBytes, null);

        try
        {
            var options = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
            // What is no text (a lone surrogate, U+0000) would fail much later, in the middle of something.
            var json = WellFormedText.OfJson(body.GetBuffer().AsMemory(0, (int)body.Length), out _);
            return JsonSerializer.Deserialize<T>(json.Span, options) is { } value
                ? value
                : new Invalid("invalid_json", "The body is null.", [new ContentError("Must be an object.", "")]);
        }
        catch (JsonException exception)
        {
            return Describe(exception);
        }
    }

    /// <summary>False when there is more than <paramref name="most"/> bytes: a body may come without its length.</summary>
    private static async Task<bool> CopyAsync(Stream from, MemoryStream to, long most, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (to.Length + read > most)
                return false;
            to.Write(buffer, 0, read);
        }

        return true;
    }

    /// <summary>What the JSON reader found, with its place as a JSON pointer.</summary>
    public static Invalid Describe(JsonException exception)
    {
        // The reader appends its own place to the message.
        var message = exception.Message.Split(" Path: ", 2)[0].Split(" LineNumber: ", 2)[0];
        var line = exception.LineNumber + 1;
        return new Invalid("invalid_json", message, [new ContentError(message, Pointer(exception.Path), line)]);
    }

    /// <summary><c>$.a['b c'][0]</c> as <c>/a/b c/0</c> (RFC 6901).</summary>
    internal static string? Pointer(string? path)
    {
        if (path is null || !path.StartsWith('$'))
            return null;

        var pointer = new StringBuilder();
        var rest = path[1..];
        while (rest.Length > 0)
        {
            // A name in brackets and quotes, an index in brackets, or a name after a dot.
            var (open, close) = rest.StartsWith("['", StringComparison.Ordinal) ? (2, "']") : (1, rest[0] == '[' ? "]" : "");
            var end = close.Length > 0 ? rest.IndexOf(close, open, StringComparison.Ordinal) : rest.AsSpan(open).IndexOfAny('.', '[') is >= 0 and var next ? next + open : -1;
            end = end < 0 ? rest.Length : end;
            pointer.Append('/').Append(rest[open..end].Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
            rest = rest[Math.Min(rest.Length, end + close.Length)..];
        }

        return pointer.ToString();
    }
}

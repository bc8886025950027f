using EvalMarket.Core;

namespace EvalMarket.Web.Api.Datasets;

/// <summary>A body that a format reads itself, in memory.</summary>
internal static class BodyBytes
{
    public static async Task<(ReadOnlyMemory<byte> Bytes, TooLarge? TooLarge)> ReadAsync(HttpContext http, long most, CancellationToken cancellationToken)
    {
        if (http.Request.ContentLength > most)
        {
            return (default, new TooLarge("line_bytes", most, http.Request.ContentLength));
        }

        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await http.Request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > most)
            {
                return (default, new TooLarge("line_bytes", most, null));
            }

            body.Write(buffer, 0, read);
        }

        return (body.GetBuffer().AsMemory(0, (int)body.Length), null);
    }
}

using System.IO.Pipelines;

namespace EvalMarket.Core.Market.Bundles;

/// <summary>Puts files into an upload while they are being made: none is held whole.</summary>
internal static class WrittenFiles
{
    public static async Task<Failure?> PutAsync(BundleDrafts drafts, BundleDraft draft, BundlePart part, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        var writing = WriteAsync();
        Failure? failure;
        try
        {
            await using var content = pipe.Reader.AsStream();
            failure = await drafts.PutAsync(draft, part, content, cancellationToken);
        }
        finally
        {
            // A writer that nobody reads any more ends, too.
            await pipe.Reader.CompleteAsync();
            await writing;
        }

        return failure;

        async Task WriteAsync()
        {
            try
            {
                await using var target = pipe.Writer.AsStream(leaveOpen: true);
                await write(target);
                await pipe.Writer.CompleteAsync();
            }
            catch (Exception exception)
            {
                // Whoever reads gets it.
                await pipe.Writer.CompleteAsync(exception);
            }
        }
    }
}

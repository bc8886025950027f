using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Bundles;

/// <summary>Changes one entry of <c>tasks.json</c> or <c>answers.json</c> while the file streams by. Everything else keeps its bytes: other entries, what is between them, and what an object around the list has besides.</summary>
public static class BundleEdits
{
    /// <summary>Writes the file with the entry of a task replaced, taken out, or added at the end when it is not there.</summary>
    /// <param name="isTasks">Whether it is <c>tasks.json</c>, whose entries may stand in <c>prompts</c>.</param>
    /// <param name="entry">Its JSON; null takes it out.</param>
    /// <exception cref="InvalidDataException">The file is not good.</exception>
    public static async Task WriteAsync(Stream source, Stream target, bool isTasks, string taskId, string? entry, CancellationToken cancellationToken)
    {
        var bytes = entry is null ? null : Encoding.UTF8.GetBytes(entry);
        await using var copy = new TrailingStream(source);
        var count = 0;
        var isDone = false;
        // Taken out as the first: the comma behind it goes with it, which is known when the next entry begins.
        var dropsTo = false;
        byte[] between = ",\n"u8.ToArray();
        long end = 0;
        await foreach (var found in BundleEntries.ReadAsync(copy, isTasks, int.MaxValue, cancellationToken))
        {
            if (found.Problem is not null)
            {
                throw new InvalidDataException($"{found.Path}: The file cannot be changed before this is right.");
            }

            if (count > 0)
            {
                between = copy.Read(end, found.Offset).ToArray();
            }

            if (dropsTo)
            {
                copy.Drop(found.Offset);
                dropsTo = false;
            }

            end = found.Offset + found.Length;
            if (found.Element.MemberText("task_id") == taskId && !isDone)
            {
                isDone = true;
                if (bytes is not null)
                {
                    await copy.WriteAsync(target, found.Offset, cancellationToken);
                    await target.WriteAsync(bytes, cancellationToken);
                }
                else if (count == 0)
                {
                    await copy.WriteAsync(target, found.Offset, cancellationToken);
                    dropsTo = true;
                }

                // What is between the one before and this one was not written yet, and goes with it.
                copy.Drop(end);
            }
            else
            {
                await copy.WriteAsync(target, end, cancellationToken);
            }

            count++;
        }

        if (!isDone && bytes is not null)
        {
            if (count == 0)
            {
                // A good file without entries is an empty list, perhaps with a mark before it.
                await target.WriteAsync(Encoding.UTF8.GetBytes($"[\n{entry}\n]\n"), cancellationToken);
                return;
            }

            await target.WriteAsync(between, cancellationToken);
            await target.WriteAsync(bytes, cancellationToken);
        }

        await copy.WriteRestAsync(target, cancellationToken);
        await target.FlushAsync(cancellationToken);
    }

    /// <summary>One entry as it stands in the file, with all its fields; null when there is none for the task.</summary>
    public static async Task<JsonElement?> FindAsync(Stream source, bool isTasks, string taskId, CancellationToken cancellationToken)
    {
        await foreach (var found in BundleEntries.ReadAsync(source, isTasks, int.MaxValue, cancellationToken))
        {
            if (found.Problem is null && found.Element.MemberText("task_id") == taskId)
            {
                return found.Element;
            }
        }

        return null;
    }
}

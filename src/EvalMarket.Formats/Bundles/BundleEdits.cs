using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Json;

namespace EvalMarket.Formats.Bundles;

/// <summary>Changes one entry of <c>tasks.json</c> or <c>answers.json</c> while the file streams by. All other entries keep their bytes; what is between them becomes a line break.</summary>
public static class BundleEdits
{
    /// <summary>Writes the file with the entry of a task replaced, taken out, or added at the end when it is not there.</summary>
    /// <param name="isTasks">Whether it is <c>tasks.json</c>, whose entries may stand in <c>prompts</c>.</param>
    /// <param name="entry">Its JSON; null takes it out.</param>
    /// <exception cref="InvalidDataException">The file is not good.</exception>
    public static async Task WriteAsync(Stream source, Stream target, bool isTasks, string taskId, string? entry, CancellationToken cancellationToken)
    {
        var output = new EntryOutput(target);
        var isThere = false;
        await foreach (var found in BundleEntries.ReadAsync(source, isTasks, int.MaxValue, cancellationToken))
        {
            if (found.Problem is not null)
            {
                throw new InvalidDataException($"{found.Path}: The file cannot be changed before this is right.");
            }

            output.IsInPrompts |= found.Path.StartsWith($"/{BundleEntries.ListName}/", StringComparison.Ordinal);
            if (found.Element.MemberText("task_id") != taskId)
            {
                await output.AddAsync(found.Text, cancellationToken);
            }
            else
            {
                isThere = true;
                if (entry is not null)
                {
                    await output.AddAsync(Encoding.UTF8.GetBytes(entry), cancellationToken);
                }
            }
        }

        if (!isThere && entry is not null)
        {
            await output.AddAsync(Encoding.UTF8.GetBytes(entry), cancellationToken);
        }

        await output.EndAsync(cancellationToken);
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

using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using EvalMarket.Formats.Datasets;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>Items as the API takes them: one, a list, or one a line.</summary>
public static class ItemImport
{
    /// <summary>Reads a body. JSON is held in memory, lines are streamed.</summary>
    public static async IAsyncEnumerable<ItemWrite> ReadAsync(Stream body, bool isLines, int maxLineBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (isLines)
        {
            var any = false;
            await foreach (var reading in DatasetItemBodies.ReadLinesAsync(body, maxLineBytes, UnknownProperties.Refuse, cancellationToken))
            {
                any = true;
                yield return Write(reading, null);
            }

            if (!any)
            {
                yield return new ItemWrite { Origin = ItemOrigin.Api, Errors = [new Formats.ContentError("There is no item in this body.")] };
            }

            yield break;
        }

        using var whole = new MemoryStream();
        await body.CopyToAsync(whole, cancellationToken);
        var readings = DatasetItemBodies.ReadDocument(whole.GetBuffer().AsMemory(0, (int)whole.Length));
        foreach (var (i, reading) in readings.Index())
        {
            yield return Write(reading, readings.Count == 1 ? null : $"/{i}");
        }
    }

    /// <summary>The same for a file of any length: a list is streamed too.</summary>
    public static IAsyncEnumerable<ItemWrite> ReadFileAsync(Stream file, bool isLines, int maxItemBytes, CancellationToken cancellationToken) => isLines
        ? ReadAsync(file, isLines: true, maxItemBytes, cancellationToken)
        : DatasetItemBodies.ReadListAsync(file, maxItemBytes, cancellationToken).Select((reading, i) => Write(reading, $"/{i}"));

    /// <summary>The answer: <c>{created, updated, unchanged, errors, ids, version}</c>.</summary>
    public static string ToJson(ItemWriteResult result)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("created", result.Created);
            writer.WriteNumber("updated", result.Updated);
            writer.WriteNumber("unchanged", result.Unchanged);
            writer.WriteStartArray("errors");
            writer.WriteEndArray();
            writer.WriteStartArray("ids");
            foreach (var id in result.Ids)
            {
                writer.WriteStringValue(id.Value);
            }

            writer.WriteEndArray();
            if (result.Conflicts.Count > 0)
            {
                writer.WriteStartArray("conflicts");
                foreach (var id in result.Conflicts)
                {
                    writer.WriteStringValue(id.Value);
                }

                writer.WriteEndArray();
            }

            writer.WriteNumber("version", result.Version);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static ItemWrite Write(DatasetItemReading reading, string? path) => new()
    {
        Item = reading.Item,
        Section = reading.Section,
        Origin = ItemOrigin.Api,
        Errors = reading.Errors,
        Line = reading.Line,
        Path = path,
    };
}

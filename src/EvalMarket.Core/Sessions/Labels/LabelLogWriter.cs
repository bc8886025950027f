using System.Text.Json;

namespace EvalMarket.Core.Sessions.Labels;

/// <summary>Collects the lines of one label log file.</summary>
internal sealed class LabelLogWriter
{
    private readonly List<ReadOnlyMemory<byte>> lines = [];

    public bool IsEmpty => lines.Count == 0;

    public IReadOnlyList<ReadOnlyMemory<byte>> Lines => lines;

    public void Add(LabelLogLine line) =>
        lines.Add(JsonSerializer.SerializeToUtf8Bytes(line, SessionJsonContext.Compact.LabelLogLine));
}

using System.IO.Pipelines;

namespace EvalMarket.Formats.Sessions;

/// <summary>Writes sessions in a format that another tool loads. One file a format, one line in <see cref="SessionExporters"/>.</summary>
public interface ISessionExporter
{
    /// <summary>Wire name: <c>deepeval</c>, <c>openai</c>, <c>text</c>.</summary>
    string Format { get; }

    /// <summary>What people call it: "DeepEval JSON".</summary>
    string DisplayName { get; }

    string ContentType { get; }

    /// <summary>Without the dot: <c>json</c>.</summary>
    string FileExtension { get; }

    /// <summary>
    /// Streams the sessions in the order given. Memory holds one session at a time; the output is flushed as it grows.
    /// No session at all gives an empty, valid file. Uses title, tokens, cost, model, labels and messages of each session.
    /// </summary>
    Task WriteAsync(IAsyncEnumerable<Session> sessions, PipeWriter output, CancellationToken cancellationToken);
}

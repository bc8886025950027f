using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace EvalMarket.Core.Exports;

/// <summary>
/// The one way out for sessions: pages and API give the same bytes, because both ask here. Rows are read a page at a time inside
/// one snapshot, so that what the headers count is what the body holds; messages are read a few sessions ahead.
/// </summary>
public sealed class SessionExports(EvalMarketDbContext db, SessionFiles files, TimeProvider clock)
{
    private const int PageSize = 500;

    /// <summary>Sessions that are read from their files while an earlier one is written.</summary>
    private const int ReadAhead = 4;

    /// <summary>A session of more messages than this is not read ahead: only one such is ever in memory.</summary>
    private const int ReadAheadMessages = 500;

    /// <summary>Counts what would go out and keeps that state of the database until the export is disposed.</summary>
    /// <param name="filter">Which sessions; of these only the eval-ready ones are exported.</param>
    /// <param name="exporter">The format.</param>
    /// <param name="limit">At most so many, the oldest first.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<SessionExport> PrepareAsync(SessionFilter filter, ISessionExporter exporter, int? limit, CancellationToken cancellationToken)
    {
        // Not ready and ready at once: nothing matches, rather than the one winning silently.
        var ready = filter.EvalReady == false ? db.Where(filter).Where(_ => false) : db.Where(filter with { EvalReady = true });
        var selected = limit is { } most ? ready.AfterInTime(null).Take(most) : ready;
        var transaction = await db.Database.BeginTransactionAsync(db.Snapshot, cancellationToken);
        try
        {
            var totals = await selected.GroupBy(_ => 1)
                .Select(group => new { Sessions = group.Count(), Turns = group.Sum(row => (long)row.TurnCount) })
                .SingleOrDefaultAsync(cancellationToken);
            var name = $"evalmarket-{db.Tenant.Required}-{exporter.Format}{NamePart(filter)}-{clock.GetUtcNow():yyyyMMdd}.{exporter.FileExtension}";
            return new SessionExport(name, exporter, totals?.Sessions ?? 0, totals?.Turns ?? 0, transaction, token => ReadAsync(ready, limit, token));
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    private static string NamePart(SessionFilter filter) =>
        filter.Ids is not null ? "-selection"
        : filter.Statuses.Count is > 0 and < 4 ? "-" + string.Join('-', filter.Statuses.Select(status => status.ToWire()))
        : (filter with { EvalReady = null }).IsEmpty && filter.EvalReady != false ? "" : "-filtered";

    private async IAsyncEnumerable<Session> ReadAsync(IQueryable<SessionRow> ready, int? limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = limit ?? int.MaxValue;
        SessionPosition? position = null;
        while (left > 0)
        {
            var page = await ready.AfterInTime(position)
                .Take(Math.Min(PageSize, left))
                .Include(row => row.Tags.OrderBy(tag => tag.Ordinal))
                .AsNoTracking().AsSplitQuery()
                .ToListAsync(cancellationToken);
            await foreach (var session in ReadMessagesAsync(page, cancellationToken))
            {
                yield return session;
            }

            left -= page.Count;
            if (page.Count < PageSize)
            {
                yield break;
            }

            position = new SessionPosition(page[^1].CreatedAt, page[^1].Id);
        }
    }

    private async IAsyncEnumerable<Session> ReadMessagesAsync(List<SessionRow> rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ahead = new Queue<Task<Session>>();
        var next = 0;
        try
        {
            while (next < rows.Count || ahead.Count > 0)
            {
                while (next < rows.Count && ahead.Count < ReadAhead && (ahead.Count == 0 || rows[next].MessageCount <= ReadAheadMessages))
                {
                    var row = rows[next++];
                    ahead.Enqueue(Task.Run(() => OpenAsync(row, cancellationToken), cancellationToken));
                }

                yield return await ahead.Dequeue();
            }
        }
        finally
        {
            // A reader that stopped early: the files that are being read are closed before the snapshot is.
            await Task.WhenAll(ahead).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task<Session> OpenAsync(SessionRow row, CancellationToken cancellationToken) =>
        SessionContent.Of(row, await files.ReadTextsAsync(row, cancellationToken));
}

/// <summary>An export that is ready to be written. Dispose it when the body is out.</summary>
public sealed class SessionExport(
    string fileName,
    ISessionExporter exporter,
    int sessions,
    long turns,
    IDbContextTransaction snapshot,
    Func<CancellationToken, IAsyncEnumerable<Session>> read) : IAsyncDisposable
{
    private int sessionsRead;

    public string FileName => fileName;

    public string ContentType => exporter.ContentType;

    public ExportFacts Facts => new("Evals", "", sessions, null, fileName, exporter.ContentType);

    /// <summary>Sessions that the writer has taken by now.</summary>
    public int SessionsRead => Volatile.Read(ref sessionsRead);

    public int Sessions => sessions;

    /// <summary>Turns with an answer.</summary>
    public long Turns => turns;

    public Task WriteAsync(PipeWriter output, CancellationToken cancellationToken) =>
        exporter.WriteAsync(CountedAsync(cancellationToken), output, cancellationToken);

    /// <summary>The first record, as it is written: a turn, a line or a conversation, whatever the format's unit is.</summary>
    /// <param name="mostBytes">A longer one is cut.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Null when nothing goes out, or when the first sessions have no turn.</returns>
    public async Task<ExportPreview?> PreviewAsync(int mostBytes, CancellationToken cancellationToken)
    {
        const int MostSessions = 50;
        var tried = 0;
        await foreach (var session in read(cancellationToken).WithCancellation(cancellationToken))
        {
            if (ExportPreview.Of(exporter, await BeginningAsync(session, mostBytes, cancellationToken), mostBytes) is { } preview)
            {
                return preview;
            }

            if (++tried == MostSessions)
            {
                break;
            }
        }

        return null;
    }

    /// <summary>What the exporter writes for a session alone, up to a little more than a number of bytes.</summary>
    private async Task<byte[]> BeginningAsync(Session session, int mostBytes, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var writing = WriteAsync();
        byte[] beginning;
        while (true)
        {
            var result = await pipe.Reader.ReadAsync(cancellationToken);
            if (result.IsCompleted || result.Buffer.Length > mostBytes + ExportPreview.Frame)
            {
                beginning = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, mostBytes + ExportPreview.Frame)).ToArray();
                break;
            }

            pipe.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        // The exporter stops when nobody reads.
        await pipe.Reader.CompleteAsync();
        await writing;
        return beginning;

        async Task WriteAsync()
        {
            try
            {
                await exporter.WriteAsync(new[] { session }.ToAsyncEnumerable(), pipe.Writer, cancellationToken);
                await pipe.Writer.CompleteAsync();
            }
            catch (Exception exception)
            {
                await pipe.Writer.CompleteAsync(exception);
            }
        }
    }

    public ValueTask DisposeAsync() => snapshot.DisposeAsync();

    private async IAsyncEnumerable<Session> CountedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var session in read(cancellationToken))
        {
            Interlocked.Increment(ref sessionsRead);
            yield return session;
        }
    }
}

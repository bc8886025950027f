using EvalMarket.Core.Data;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Sessions.Transcripts;
using EvalMarket.Core.Storage;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using Microsoft.EntityFrameworkCore;

namespace EvalMarket.Core.Sessions;

/// <summary>A session with everything: its row, its document, its messages with the remarks made here.</summary>
public sealed record SessionDetail(SessionRow Row, SessionDocument Document, IReadOnlyList<Message> Messages);

/// <summary>Opens sessions.</summary>
public sealed class SessionStore(EvalMarketDbContext db, SessionDirectory directory, SessionFiles files, SessionOutlines outlines)
{
    /// <summary>Null when there is none (or it is not yours).</summary>
    public async Task<SessionDetail?> OpenAsync(SessionId id, CancellationToken cancellationToken)
    {
        var row = await directory.FindAsync(id, cancellationToken);
        while (row is not null)
        {
            try
            {
                return await ReadAsync(row, cancellationToken);
            }
            catch (StorageException exception) when (exception.Failure == StorageFailure.Missing)
            {
                // An import or a deletion replaced the document since the row was read: then there is another row, or none.
                var again = await directory.FindAsync(id, cancellationToken);
                if (again?.Version == row.Version)
                {
                    throw;
                }

                row = again;
            }
        }

        return null;
    }

    private async Task<SessionDetail> ReadAsync(SessionRow row, CancellationToken cancellationToken)
    {
        var id = row.Id;
        var annotations = (await db.MessageAnnotations.AsNoTracking()
            .Where(annotation => annotation.SessionId == id)
            .OrderBy(annotation => annotation.Sequence)
            .ToListAsync(cancellationToken)).ToLookup(annotation => annotation.MessageId);
        var messages = new List<Message>(row.MessageCount);
        await foreach (var message in files.ReadMessagesAsync(row, cancellationToken))
        {
            messages.Add(Annotate(message, annotations[message.Id!.Value]));
        }

        return new SessionDetail(row, await files.ReadDocumentAsync(row, cancellationToken), messages);
    }

    /// <summary>Whether the session has a message of this id.</summary>
    public async Task<bool> HasMessageAsync(SessionId id, MessageId message, CancellationToken cancellationToken) =>
        await directory.FindAsync(id, cancellationToken) is { } row
        && (await outlines.GetAsync(row, cancellationToken)).IndexOf(message) is not null;

    /// <summary>A message with what was put on it here.</summary>
    internal static Message Annotate(Message message, IEnumerable<MessageAnnotation> annotations)
    {
        foreach (var annotation in annotations)
        {
            message = annotation.Kind switch
            {
                // A session that was read here and sent back has the comment as its own.
                MessageAnnotationKind.Comment => new MessageComment(annotation.Text, annotation.Author, annotation.CreatedAt) is var comment && message.Comments.Contains(comment)
                    ? message
                    : message with { Comments = [.. message.Comments, comment] },
                _ => message.Tags.Any(tag => tag.Name == annotation.Text)
                    ? message
                    : message with { Tags = [.. message.Tags, new MessageTag(annotation.Text)] },
            };
        }

        return message;
    }
}

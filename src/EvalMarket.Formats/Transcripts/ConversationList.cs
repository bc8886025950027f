using System.Runtime.CompilerServices;
using System.Text.Json;
using EvalMarket.Formats.Json;
using EvalMarket.Formats.Sessions;

namespace EvalMarket.Formats.Transcripts;

/// <summary>Reads the exports of chat applications: many conversations in one list, one conversation alone, or one a line.</summary>
internal static class ConversationList
{
    /// <summary>The list in an object around all conversations, as some tools write it.</summary>
    public const string Name = "conversations";

    /// <summary>Gives sessions and errors in file order, and at the end one remark about all conversations that are empty.</summary>
    /// <param name="file">The file; memory holds one conversation of it.</param>
    /// <param name="read">Makes the sessions of one value of the list, in order: usually one. None when the value is no conversation.</param>
    /// <param name="what">What a conversation looks like, to say when a value is none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async IAsyncEnumerable<TranscriptRecord> ReadAsync(
        TranscriptFile file, Func<JsonElement, IEnumerable<Session>> read, string what, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var any = false;
        long empty = 0;
        long? firstEmpty = null;
        await foreach (var value in TranscriptValues.ReadAsync(file, Name, "conversation", cancellationToken))
        {
            if (value.Error is not null)
            {
                any = true;
                yield return TranscriptRecord.Bad(value.Error);
                continue;
            }

            var isConversation = false;
            foreach (var session in read(value.Value))
            {
                isConversation = true;
                if (session.Messages.Count == 0)
                {
                    empty++;
                    firstEmpty ??= value.Number;
                    continue;
                }

                any = true;
                yield return TranscriptRecord.Of(session with { Metadata = MetadataObject.WithReplaced(session.Metadata, value.Replaced) }, value.Number);
            }

            if (!isConversation)
            {
                any = true;
                yield return TranscriptRecord.Bad(new ContentError($"This is no conversation: {what}. It was left out.", Line: value.Number, File: file.Name));
            }
        }

        if (!any)
        {
            yield return TranscriptRecord.Bad(TranscriptProblems.NoConversation(file));
        }
        else if (empty > 0)
        {
            yield return TranscriptRecord.Bad(TranscriptProblems.EmptyConversations(file, empty, firstEmpty));
        }
    }
}

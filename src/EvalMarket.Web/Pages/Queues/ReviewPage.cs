using EvalMarket.Core.Annotation;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Sessions.Transcripts;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Pages.Sessions;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Queues;

/// <summary>What reviewing and deciding have in common: a session of a queue, its conversation, and what was said of it.</summary>
internal abstract class ReviewPage(QueueDirectory directory, SessionDirectory sessions, Transcripts transcripts, SessionGlances glances, SessionFind finder, Tenant tenant) : PageModel, ITranscriptHost
{
    public QueueRow Queue { get; private set; } = null!;

    public QueueItemRow Item { get; private set; } = null!;

    public SessionRow Row { get; private set; } = null!;

    public Transcript Transcript { get; private set; } = null!;

    public SessionAddress Address { get; private set; } = null!;

    public TurnList Turns { get; private set; } = null!;

    public FindView Find { get; private set; } = null!;

    /// <summary>The page itself: who looks for something in the conversation stays at the review.</summary>
    public abstract string PagePath { get; }

    public IReadOnlyList<KeyValuePair<string, string>> PageState => [];

    public QueueNumbers Numbers { get; private set; } = null!;

    /// <summary>Reviews and skips that the person may see, their own among them.</summary>
    public IReadOnlyList<QueueReviewRow> Said { get; private set; } = [];

    /// <summary>The last answer of the session.</summary>
    public string? Answer { get; private set; }

    /// <summary>Where the tags of the workspace are asked for, once somebody writes some.</summary>
    public string TagsHref => Address.Labels(Row.Id.Value, new KeyValuePair<string, string>("handler", "tags"));

    public string Workspace => tenant.Required;

    public string Me => tenant.Actor.Identity;

    public bool MayLabel => tenant.Actor.May(Permission.Label);

    public bool MayEdit => tenant.Actor.May(Permission.Edit);

    protected QueueDirectory Directory => directory;

    protected async Task<QueueRow?> FindQueueAsync(string queue, CancellationToken cancellationToken) =>
        TypeId.TryParse<QueueId>(queue, out var id) ? await directory.FindAsync(id, cancellationToken) : null;

    /// <summary>False when the session is not in such a queue.</summary>
    protected async Task<bool> LoadAsync(string queue, string session, CancellationToken cancellationToken)
    {
        if (await FindQueueAsync(queue, cancellationToken) is not { } found || !TypeId.TryParse<SessionId>(session, out var id)
            || await directory.FindItemAsync(found.Id, id, cancellationToken) is not { } item || await sessions.FindAsync(id, cancellationToken) is not { } row)
        {
            return false;
        }

        (Queue, Item, Row) = (found, item, row);
        Address = new SessionAddress { Workspace = Workspace, IsEvals = false, Filter = SessionFilter.All, Pairs = [] };
        var query = Request.Query;
        int? turn = int.TryParse(query["turn"], out var number) ? number : null;
        var find = query["find"].ToString();
        find = find.Length > SessionFind.LongestText ? "" : find;
        Transcript = await transcripts.OpenAsync(row, new TranscriptPlace(query["message"], turn, int.TryParse(query["from"], out var from) ? from : null, find), cancellationToken);
        Turns = TurnList.Of(this, turn ?? Transcript.Outline.TurnsBefore(Transcript.From) + 1, query["turns"]);
        Find = new FindView(this, find, find.Length == 0 ? null : await finder.FindAsync(row, find, cancellationToken));
        Said = await directory.ListReviewsAsync(found, item, cancellationToken);
        Numbers = (await directory.CountAsync([found.Id], cancellationToken))[found.Id];
        Answer = await glances.LastAnswerAsync(row, cancellationToken);
        return true;
    }
}

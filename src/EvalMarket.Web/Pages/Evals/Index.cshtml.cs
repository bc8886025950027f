using EvalMarket.Core;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Sessions.Transcripts;
using EvalMarket.Core.Workspaces;
using EvalMarket.Web.Pages.Sessions;

namespace EvalMarket.Web.Pages.Evals;

/// <summary>The sessions that are marked as eval-ready, with their labels.</summary>
internal sealed class EvalsModel(
    SessionDirectory directory, SessionSnippets snippets, SavedViews savedViews, SessionLabels labels, SessionBulkJob bulkJobs, SessionDeletion deletion, Tenant tenant, Limits limits)
    : SessionListModel(directory, snippets, savedViews, labels, bulkJobs, deletion, tenant, limits)
{
    public override bool IsEvals => true;
}

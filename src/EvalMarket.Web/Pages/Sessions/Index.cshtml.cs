using EvalMarket.Core;
using EvalMarket.Core.Sessions;
using EvalMarket.Core.Sessions.Labels;
using EvalMarket.Core.Sessions.Lists;
using EvalMarket.Core.Sessions.Transcripts;
using EvalMarket.Core.Workspaces;

namespace EvalMarket.Web.Pages.Sessions;

/// <summary>All sessions of the workspace.</summary>
internal sealed class SessionsModel(
    SessionDirectory directory, SessionSnippets snippets, SavedViews savedViews, SessionLabels labels, SessionBulkJob bulkJobs, SessionDeletion deletion, Tenant tenant, Limits limits)
    : SessionListModel(directory, snippets, savedViews, labels, bulkJobs, deletion, tenant, limits)
{
    public override bool IsEvals => false;
}

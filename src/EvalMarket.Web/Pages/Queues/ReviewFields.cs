using EvalMarket.Core;

namespace EvalMarket.Web.Pages.Queues;

/// <summary>The fields in which somebody says what they think of a session.</summary>
/// <param name="Answer">The last answer of the session; null when there is none.</param>
/// <param name="TagsHref">Where the tags of the workspace are asked for.</param>
/// <param name="MayFlag">A review can be flagged, a decision cannot.</param>
internal sealed record ReviewFields(ReviewForm Form, Limits Limits, string? Answer, string TagsHref, bool MayFlag);

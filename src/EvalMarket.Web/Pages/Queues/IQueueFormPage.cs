using EvalMarket.Core;

namespace EvalMarket.Web.Pages.Queues;

/// <summary>What shows the form of a queue's settings.</summary>
internal interface IQueueFormPage
{
    QueueForm Form { get; }

    Limits Limits { get; }

    /// <summary>Everybody who could be a reviewer, by name.</summary>
    IReadOnlyList<string> Known { get; }

    /// <summary>Reviews are in: their number of each session stays.</summary>
    bool HasReviews { get; }
}

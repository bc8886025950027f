namespace EvalMarket.Web.Pages.Listings;

/// <summary>A page with the form of a listing on it.</summary>
public interface IListingFormPage
{
    ListingForm Form { get; }

    /// <summary>The address can be chosen; once there it stays.</summary>
    bool IsNew { get; }
}

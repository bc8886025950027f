using System.Globalization;
using EvalMarket.Formats.Bundles;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Bundles;

/// <summary>How the items of a dataset are to be graded, as one edits it before the bundle is made.</summary>
public sealed class CriteriaForm
{
    public List<CriterionForm> Criteria { get; set; } = [];

    public string? PassThreshold { get; set; }

    /// <summary>Types that can be the same for all items; empty goes by the answer.</summary>
    internal static IReadOnlyList<(string Value, string Words)> Types { get; } =
    [
        ("", "by what the answer is"),
        ("semantic", "by meaning (jury, or you)"),
        ("lexical", "by words"),
        ("numeric", "as a number"),
        ("binary", "as yes or no"),
        ("regex", "by a pattern"),
    ];

    internal static CriteriaForm Usual() => new() { Criteria = [new CriterionForm { Name = "Answer", Type = "", Weight = "100" }], PassThreshold = "100" };

    /// <summary>What the weights sum to, as far as they are numbers.</summary>
    internal decimal Total => Kept.Sum(criterion => Read(criterion.Weight) ?? 0);

    private IEnumerable<CriterionForm> Kept => Criteria.Where(criterion => !criterion.IsRemoved && !criterion.IsEmpty);

    /// <summary>What the fields say; what is no number is noted at its field.</summary>
    internal CriteriaTemplate Read(PageModel page)
    {
        Criteria = [.. Kept];
        List<CriterionTemplate> criteria = [];
        foreach (var (index, criterion) in Criteria.Index())
        {
            if (Read(criterion.Weight) is not { } weight)
            {
                page.ModelState.AddModelError($"Form.Criteria[{index}].Weight", "A weight is a number from 0 to 100.");
                weight = 0;
            }

            criteria.Add(new CriterionTemplate
            {
                Name = criterion.Name?.Trim() ?? "",
                Type = CriterionTypes.TryParse(criterion.Type, out var type) ? type : null,
                Weight = weight,
                Description = (criterion.Description ?? "").Trim().ReplaceLineEndings("\n"),
                SemanticPrompt = (criterion.SemanticPrompt ?? "").Trim().ReplaceLineEndings("\n"),
            });
        }

        if (Read(PassThreshold) is not { } threshold)
        {
            page.ModelState.AddModelError("Form.PassThreshold", "A number from 0 to 100.");
            threshold = 100;
        }

        return new CriteriaTemplate { Criteria = criteria, PassThreshold = threshold };
    }

    private static decimal? Read(string? text) => decimal.TryParse(text?.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}

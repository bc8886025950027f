using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace EvalMarket.Browser.Tests.Accessibility;

/// <summary>
/// Asks axe about the page that is open. The ready-made wrapper opens a second page at every run and carries home what is right as well,
/// which takes several times as long.
/// </summary>
internal static class Axe
{
    private const string Run =
        """
        async rules => {
            const options = { resultTypes: ['violations'], preload: false, iframes: false };
            if (rules.length > 0)
                options.runOnly = { type: 'rule', values: rules };
            const { violations } = await axe.run(document, options);
            return violations.map(one => `${one.id}: ${one.help}` + one.nodes.map(node => `\n    ${node.html} ${[...node.any, ...node.all, ...node.none].map(check => check.message).join('; ')}`).join(''));
        }
        """;

    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    /// <summary>What is wrong, with the elements that it is wrong with.</summary>
    /// <param name="page">The page.</param>
    /// <param name="rules">Only these rules; none for all.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(IPage page, params string[] rules)
    {
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
            await page.EvaluateAsync(Script);
        return await page.EvaluateAsync<string[]>(Run, rules);
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;
using EvalMarket.Web.Pages.Shared;

namespace EvalMarket.Web.Tests.Pages;

public sealed partial class SharedPartsTests
{
    [Fact]
    public void A_toast_travels_in_a_header_as_ascii_json()
    {
        var trigger = new ToastMessage("3 Sitzungen für „Gold“") { Tone = "good", Undo = new ToastUndo("/undo") { Fields = new Dictionary<string, string> { ["id"] = "7" } } }.ToTrigger();

        Assert.All(trigger, character => Assert.InRange(character, ' ', '~'));
        using var document = JsonDocument.Parse(trigger);
        var toast = document.RootElement.GetProperty("toast");
        Assert.Equal("3 Sitzungen für „Gold“", toast.GetProperty("text").GetString());
        Assert.Equal("7", toast.GetProperty("undo").GetProperty("fields").GetProperty("id").GetString());
        Assert.False(toast.TryGetProperty("link", out _));
    }

    [Fact]
    public void A_running_job_says_how_far_it_is()
    {
        var job = new JobCard { Id = "job_1", Title = "Import", State = "running", Done = 418, Total = 1036, Unit = "sessions", Href = "/", PollHref = "/" };

        Assert.Equal("418 of 1,036 sessions", job.Progress);
        Assert.False(job.IsOver);
        Assert.True((job with { State = "cancelled" }).IsOver);
    }

    [Fact]
    public void Every_icon_that_a_page_names_is_in_the_sprite()
    {
        var sprite = SymbolId().Matches(File.ReadAllText(Path.Combine(PagesFolder, "Shared", "_Sprite.cshtml"))).Select(match => match.Groups["name"].Value).ToHashSet();
        var used = PageSources().SelectMany(source => IconName().Matches(source.Text)).Select(match => match.Groups["name"].Value).ToHashSet();
        Assert.NotEmpty(used);
        Assert.Empty(used.Except(sprite));
        Assert.All(NavItem.All.Concat(NavItem.Settings), item => Assert.Contains(item.Icon, sprite));
    }

    [Fact]
    public void No_page_has_inline_styles_or_scripts() =>
        Assert.All(PageSources(), source => Assert.False(Inline().IsMatch(source.Text), source.Path));

    private static string PagesFolder { get; } = Path.Combine(RepositoryRoot(), "src", "EvalMarket.Web", "Pages");

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EvalMarket.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }

    private static IEnumerable<(string Path, string Text)> PageSources() =>
        Directory.EnumerateFiles(PagesFolder, "*.cshtml", SearchOption.AllDirectories).Select(path => (path, File.ReadAllText(path)));

    [GeneratedRegex("<symbol id=\"i-(?<name>[a-z]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SymbolId();

    [GeneratedRegex("<icon name=\"(?<name>[a-z]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex IconName();

    [GeneratedRegex("\\s(style|on[a-z]+|hx-on[:a-z-]*)=|<style|<script(?![^>]*\\ssrc=)|javascript:", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Inline();
}

using EvalMarket.Formats.Packages;
using EvalMarket.Formats.Uploads;
using static EvalMarket.Formats.Tests.Transcripts.Uploads;

namespace EvalMarket.Formats.Tests.Packages;

public sealed class DatasetPackageTests
{
    private const string Item = "{\"input\":{\"content\":\"q\"}}\n";

    [Fact]
    public async Task Eval752s_package_is_read_by_its_manifest()
    {
        var package = await OpenAsync(
            ("manifest.json", """{"dataset":{"id":"d1","name":"Capitals"},"sections":[{"id":"s2","title":"Hard","file":"b.jsonl"},{"id":"s1","name":"Easy"}],"counts":{}}"""),
            ("meta.json", """{"description":"Of countries.","schema":{"type":"object"}}"""),
            ("sections/b.jsonl", Item),
            ("sections/s1.jsonl", Item),
            ("assets/map.png", "not really"),
            ("run_config.json", "{}"),
            ("results.jsonl", ""),
            ("notes.txt", "hello"));

        Assert.Empty(package.Errors);
        Assert.Equal(("Capitals", "Of countries."), (package.Name, package.Description));
        Assert.Equal(["Hard:sections/b.jsonl", "Easy:sections/s1.jsonl"], package.Sections.Select(section => $"{section.Name}:{section.Entry.Name}"));
        Assert.Equal("assets/map.png", Assert.Single(package.Assets).Path);
        Assert.NotNull(package.Run);
        Assert.Equal(["notes.txt"], package.LeftOut);
    }

    [Fact]
    public async Task Without_a_manifest_the_files_say_what_the_sections_are()
    {
        var package = await OpenAsync(("sections/02-hard.jsonl", Item), ("sections/01-easy.jsonl", Item), ("__MACOSX/x", ""));

        Assert.Empty(package.Errors);
        Assert.Equal(["easy", "hard"], package.Sections.Select(section => section.Name));
        Assert.Empty(package.LeftOut);
    }

    [Theory]
    [InlineData("""{"sections":[{"name":"a","path":"sections/a.jsonl"},{"name":"b","path":"sections/b.jsonl"}]}""", "is not in the archive")]
    [InlineData("""{"sections":[{"name":"c","path":"sections/c.jsonl"}]}""", "does not name this section")]
    [InlineData("""{"sections":[{"name":"a","path":"sections/a.jsonl","bytes":1}]}""", "is not the one that the manifest describes")]
    [InlineData("""{"sections":[{"name":"a","path":"sections/a.jsonl"}],"assets":[{"path":"assets/x.png"}]}""", "assets/x.png")]
    [InlineData("""{"sections":[{"name":"a","path":"sections/a.jsonl"}],"run":{"id":"r"}}""", "results.jsonl")]
    [InlineData("""{"name":1,"name":2}""", "not valid JSON")]
    [InlineData("[]", "must be a JSON object")]
    public async Task What_the_manifest_says_has_to_be_so(string manifest, string problem)
    {
        var package = await OpenAsync(("manifest.json", manifest), ("sections/a.jsonl", Item));

        Assert.Contains(package.Errors, error => error.Message.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_archive_of_something_else_is_no_package()
    {
        var package = await OpenAsync(("readme.txt", "hello"));

        Assert.Contains("no sections/*.jsonl", Assert.Single(package.Errors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Capitals of the World", "capitals-of-the-world")]
    [InlineData("  ../..\\x:*? ", "x")]
    [InlineData("日本語 テスト", "日本語-テスト")]
    [InlineData("😀", "")]
    [InlineData("CON", "con")]
    public void Names_become_names_of_files(string name, string slug) => Assert.Equal(slug, PackageLayout.Slug(name));

    [Fact]
    public void The_place_of_a_section_keeps_its_file_apart()
    {
        Assert.Equal("sections/01-easy.jsonl", PackageLayout.SectionPath(0, 3, "Easy"));
        Assert.Equal("sections/0012.jsonl", PackageLayout.SectionPath(11, 1000, "😀"));
        Assert.Equal("capitals-v3-sections-run.eval752.zip", PackageLayout.FileName("Capitals", 3, isPart: true, hasRun: true));
    }

    private static Task<DatasetPackage> OpenAsync(params (string Name, string Content)[] entries) =>
        DatasetPackage.OpenAsync(new MemoryStream(Zip(entries)), new UploadBounds(), TestContext.Current.CancellationToken);
}

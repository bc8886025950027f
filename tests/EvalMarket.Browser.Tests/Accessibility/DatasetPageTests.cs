using System.Net.Http.Json;
using System.Text.Json;
using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.TestKit;

namespace EvalMarket.Browser.Tests.Accessibility;

public sealed class DatasetPageTests(TestApp app, Chromium chromium) : PageCheck(app, chromium)
{
    [Fact]
    public async Task The_pages_of_datasets_have_no_barrier_and_fit_their_window()
    {
        var person = await App.Data.PersonAsync();
        var slug = await App.Data.WorkspaceAsync(person);
        var page = await SignInAsync(person);
        Assert.Equal(200, await GoAsync(page, $"/w/{slug}/datasets"));
        await CheckAsync(page, "datasets-empty");
        using var program = App.Client((await App.Data.KeyAsync(slug)).Secret);
        using var made = await program.PostAsJsonAsync("/api/datasets", new { name = "Refund reasoning", description = "Questions about **money**.\n\n- one", sections = new[] { "Rounding and minor units", "Chargebacks" } });
        var dataset = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        using var added = await program.PostAsJsonAsync($"/api/datasets/{dataset}/items", Enumerable.Range(1, 3).Select(number => new
        {
            input = new { content = $"Question {number}: why does `Money.parse(\"12.345\")` raise instead of rounding an amount that somebody typed?" },
            output = new { content = number == 2 ? "" : "Because the euro has two minor unit digits." },
            context = new { topic = "rounding", tags = new[] { "money", "a-rather-long-tag-that-does-not-fit" } },
            history = new[] { new { message_type = "human", content = "Hello" }, new { message_type = "ai", content = "Hi, how can I help?" } },
            participant_data = new { name = "Jane" },
        }));
        var item = (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("ids")[0].GetString()!;
        using var changed = await program.PutAsJsonAsync($"/api/datasets/{dataset}/items/{item}", new { input = new { content = "Question 1: changed" }, output = new { content = "Because." } });
        changed.EnsureSuccessStatusCode();
        var at = $"/w/{slug}/datasets/{dataset}";
        foreach (var (name, address) in new[]
        {
            ("datasets", $"/w/{slug}/datasets"), ("dataset-new", $"/w/{slug}/datasets/new"), ("dataset-upload", $"/w/{slug}/datasets/upload"),
            ("dataset", at), ("dataset-found", $"{at}?q=question&tag=money"), ("dataset-link", $"{at}?message_id={item}"), ("dataset-old", $"{at}?version=2"), ("dataset-nothing", $"{at}?q=nowheretobefound"), ("dataset-sorted", $"{at}?sort=-output_length"), ("dataset-search-sorted", $"{at}?sort=input&q=question"), ("queue-add-dataset", $"/w/{slug}/queues/add/dataset?dataset={dataset}"),
            ("item", $"{at}/items/{item}"), ("item-edit", $"{at}/items/{item}?edit=true"), ("item-new", $"{at}/items/new"), ("item-share", $"{at}/items/{item}/share"), ("item-peek", $"{at}?peek={item}"),
            ("dataset-versions", $"{at}/versions"), ("dataset-compare", $"{at}/versions/compare?from=2&to=3"), ("dataset-about", $"{at}/about"), ("dataset-settings", $"{at}/settings"),
            ("dataset-sections", $"{at}/sections"), ("dataset-export", $"{at}/export?show=openai-finetune"), ("dataset-csv", $"{at}/csv"), ("links-empty", $"/w/{slug}/settings/links"),
        })
        {
            Assert.Equal(200, await GoAsync(page, address));
            await CheckAsync(page, name);
        }
    }
}

using EvalMarket.Browser.Tests.Browsing;
using EvalMarket.Core.Annotation;
using EvalMarket.Core.Data;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Sessions;
using EvalMarket.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace EvalMarket.Browser.Tests.Accessibility;

public sealed class QueuePageTests(TestApp app, Chromium chromium) : PageCheck(app, chromium)
{
    [Fact]
    public async Task Pages_of_queues_have_no_barrier_and_fit_their_window()
    {
        var (page, slug) = await SignInToSampleAsync();
        Assert.Equal(200, await GoAsync(page, $"/w/{slug}/queues"));
        await CheckAsync(page, "queues-none");
        var (queue, conflict) = await FillAsync(slug);
        foreach (var (name, address) in new[]
        {
            ("queues", "/queues"),
            ("queue", $"/queues/{queue}"),
            ("queue-flagged", $"/queues/{queue}?state=flagged"),
            ("queue-review", $"/queues/{queue}/review"),
            ("queue-decide", $"/queues/{queue}/adjudicate/{conflict}"),
            ("queue-settings", $"/queues/{queue}/settings"),
            ("queue-new", "/queues/new"),
        })
        {
            Assert.Equal(200, await GoAsync(page, $"/w/{slug}{address}"));
            foreach (var fold in await page.Locator("main details:not([open]) > summary").AllAsync())
            {
                if (await fold.IsVisibleAsync())
                    await fold.ClickAsync();
            }

            await CheckAsync(page, name);
        }

        await GoAsync(page, $"/w/{slug}/sessions");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("x");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add to queue…" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Add 1 session to a queue" })).ToBeVisibleAsync();
        await CheckAsync(page, "queue-add");
    }

    /// <summary>A queue of the sample's sessions in every state.</summary>
    private async Task<(QueueId Queue, SessionId Conflict)> FillAsync(string slug)
    {
        var sessions = await App.InWorkspaceAsync(slug, services => services.GetRequiredService<EvalMarketDbContext>().Sessions.OrderBy(row => row.Id).Select(row => row.Id).Take(12).ToListAsync());
        var queue = await App.Data.QueueAsync(slug, [.. sessions]);
        await App.InWorkspaceAsync(slug, async services =>
        {
            var changed = await services.GetRequiredService<QueueChanges>().ChangeAsync(
                queue, new QueueSettings { Name = "Refunds of the spring", ReviewsPerSession = 3, Instructions = "## What counts\n\nGolden **only** when the amount is right, and `refund_id` is named." }, CancellationToken.None);
            Assert.Null(changed.Failure);
            return true;
        });
        foreach (var (index, session) in sessions.Take(9).Index())
        {
            foreach (var (number, name) in new[] { "ada@example.org", "grace.hopper.with.a.long.name@example.org", "key:judge" }.Take(index < 7 ? 3 : 1).Index())
            {
                var status = index % 3 == 0 && number == 2 ? EvalStatus.Incorrect : EvalStatuses.All[index % 3];
                await ReviewAsync(slug, name, queue, session, new QueueLabels { Status = status, Notes = "The amount is right, but nothing says when it will be there.", Tags = ["refund", "tone"], ExpectedOutput = number == 0 ? "You get 40 euros back by Friday." : null, Flag = index == 6 && number == 2 ? "Holds a real name" : null });
            }
        }

        return (queue, sessions[0]);
    }

    private async Task ReviewAsync(string slug, string name, QueueId queue, SessionId session, QueueLabels labels)
    {
        await using var scope = App.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Tenant>().Enter(slug, new Actor(name, null, null, Permissions.Of(WorkspaceRole.Reviewer)));
        Assert.Null((await scope.ServiceProvider.GetRequiredService<QueueReviews>().ReviewAsync(queue, session, labels, CancellationToken.None)).Failure);
    }
}

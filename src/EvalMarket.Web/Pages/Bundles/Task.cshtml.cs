using System.Text.Json;
using EvalMarket.Core;
using EvalMarket.Core.Market.Bundles;
using EvalMarket.Core.Workspaces;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Authentication;
using EvalMarket.Web.Infrastructure.Problems;
using EvalMarket.Web.Infrastructure.Tenancy;
using EvalMarket.Web.Pages.Account;
using EvalMarket.Web.Pages.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace EvalMarket.Web.Pages.Bundles;

/// <summary>Editing one task (<c>?id=</c>), its answer and criteria; without an id a new one.</summary>
[Authorize(Policy = AuthenticationSetup.PersonPolicy)]
[RequirePermission(Permission.Edit)]
internal sealed class TaskModel(BundleStore bundles, BundleEditing editing, Tenant tenant) : PageModel
{
    private EditableTask? before;

    [BindProperty]
    public TaskForm Form { get; set; } = new();

    public OpenBundle Bundle { get; private set; } = null!;

    public bool IsNew { get; private set; }

    /// <summary>Why it was not saved: where, from the task's entry, and what.</summary>
    public IReadOnlyList<(string Place, string Message)> Problems { get; private set; } = [];

    public string Workspace => tenant.Required;

    public string Action => Addresses.BundleTask(Workspace, Bundle.Row.Id.Value, IsNew ? null : Form.TaskId);

    public async Task<IActionResult> OnGetAsync(string bundle, string? id, CancellationToken cancellationToken)
    {
        if (!await FindAsync(bundle, id, cancellationToken))
            return NotFound();

        Form = before is null ? new TaskForm { Version = Bundle.Version, Criteria = [new CriterionForm { Type = "semantic", Weight = "100" }] } : TaskForm.Of(before, Bundle.Version);
        NoStore();
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string bundle, string? id, bool add, bool remove, CancellationToken cancellationToken)
    {
        if (!await FindAsync(bundle, id, cancellationToken))
            return NotFound();

        NoStore();
        ModelState.Clear();
        Form.TaskId = id ?? Form.TaskId?.Trim();
        if (add)
        {
            Form.Criteria.Add(new CriterionForm { Type = "semantic" });
            return Page();
        }

        if (string.IsNullOrEmpty(Form.TaskId))
            return Refuse([("task_id", "Give the task an id.")]);
        if (Form.Version != Bundle.Version)
            return Refuse([("", "Somebody changed this bundle since you opened it. Open its newest version in another tab, and make your change there.")]);
        if (IsNew && await editing.OpenAsync(Bundle, Form.TaskId, cancellationToken) is not null)
            return Refuse([("task_id", "The bundle has a task of this id.")]);

        string? task;
        string? answer;
        try
        {
            (task, answer) = remove ? (null, null) : (Form.TaskJson(before), Form.AnswerJson(before));
        }
        catch (JsonException exception)
        {
            return Refuse([("", $"The answer or a config is no valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}).")]);
        }

        var outcome = await editing.SaveAsync(Bundle, Form.TaskId, task, answer, cancellationToken);
        if (outcome.Failure is Invalid invalid)
            return Refuse([.. invalid.Errors.Select(error => (PlaceOf(error.Path), error.Message))]);
        if (outcome.Failure is { } failure)
            return Refuse([("", failure.Message)], failure.ToProblem().Status);

        this.Toast(new ToastMessage(remove ? "The task was deleted." : "The task was saved.") { Tone = "good" });
        return Redirect(Addresses.Bundle(Workspace, Bundle.Row.Id.Value));
    }

    /// <summary>The part of a pointer behind the entry: "/prompts/3/criteria/0/weight" is "criteria/0/weight".</summary>
    private static string PlaceOf(string? path)
    {
        var segments = (path ?? "").Split('/').Skip(1).SkipWhile(segment => segment == "prompts").Skip(1);
        return string.Join('/', segments);
    }

    private PageResult Refuse(IReadOnlyList<(string Place, string Message)> problems, int status = StatusCodes.Status422UnprocessableEntity)
    {
        Problems = problems;
        Response.StatusCode = status;
        return Page();
    }

    /// <summary>The page holds a part of the key.</summary>
    private void NoStore() => Response.Headers.CacheControl = "no-store";

    private async Task<bool> FindAsync(string bundle, string? id, CancellationToken cancellationToken)
    {
        if (!TypeId.TryParse<BundleId>(bundle, out var bundleId) || await bundles.OpenAsync(bundleId, null, cancellationToken) is not { } found)
            return false;
        Bundle = found;
        IsNew = id is null;
        before = id is null ? null : await editing.OpenAsync(found, id, cancellationToken);
        return IsNew || before is not null;
    }
}

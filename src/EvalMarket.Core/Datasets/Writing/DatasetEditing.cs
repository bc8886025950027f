using EvalMarket.Core.Data;
using EvalMarket.Formats;
using EvalMarket.Formats.Ids;
using EvalMarket.Formats.Json;

namespace EvalMarket.Core.Datasets.Writing;

/// <summary>A dataset to be made.</summary>
/// <param name="Name">Not empty.</param>
/// <param name="Description">Markdown.</param>
/// <param name="Schema">JSON, kept as it is.</param>
/// <param name="Sections">Names, in order; one section <c>default</c> when there are none.</param>
public sealed record NewDataset(string Name, string? Description = null, string? Schema = null, IReadOnlyList<string>? Sections = null);

/// <summary>What to change of a dataset; null leaves it.</summary>
public sealed record DatasetChange(string? Name = null, string? Description = null, string? Schema = null, bool RemovesSchema = false);

/// <summary>Makes, changes and deletes datasets and their sections. Everything but deleting is a new version.</summary>
public sealed class DatasetEditing(EvalMarketDbContext db, DatasetCommits commits, DatasetDirectory directory, DatasetMarking marking, Limits limits, TimeProvider clock)
{
    /// <summary>The name of a section where none is given.</summary>
    public const string DefaultSection = "default";

    public const int NameLength = 200;

    /// <summary>Makes a dataset.</summary>
    public async Task<Outcome<DatasetView>> CreateAsync(NewDataset dataset, CancellationToken cancellationToken)
    {
        List<ContentError> errors = [];
        var name = CheckName(dataset.Name, "/name", errors);
        CheckDescription(dataset.Description, errors);
        IReadOnlyList<string> names = dataset.Sections is { Count: > 0 } given ? given : [DefaultSection];
        if (names.Count > limits.SectionsPerDataset)
        {
            errors.Add(new ContentError($"At most {limits.SectionsPerDataset:N0} sections.", "/sections"));
        }

        var sections = names.Select((section, i) => CheckName(section, $"/sections/{i}", errors)).ToList();
        errors.AddRange(sections.Index().Where(section => sections.IndexOf(section.Item) < section.Index).Select(section => new ContentError("This name came before.", $"/sections/{section.Index}")));
        if (errors.Count > 0)
        {
            return Invalid(errors);
        }

        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var row = new DatasetRow
        {
            Workspace = db.Tenant.Required,
            Id = TypeId.New<DatasetId>(now),
            Version = 0,
            Hash = "",
            Name = name,
            Description = dataset.Description ?? "",
            Schema = dataset.Schema,
            CreatedAt = now,
            CreatedBy = db.Tenant.Actor.Name,
            UpdatedAt = now,
            UpdatedBy = db.Tenant.Actor.Name,
        };
        var outcome = await commits.CreateAsync(row, [.. sections.Select(section => new DraftSection(TypeId.New<SectionId>(now), section))], "Created", cancellationToken);
        return await ViewAsync(row.Id, outcome, cancellationToken);
    }

    /// <summary>Changes name, description or schema.</summary>
    public async Task<Outcome<DatasetView>> UpdateAsync(DatasetId id, DatasetChange change, CancellationToken cancellationToken)
    {
        List<ContentError> errors = [];
        var name = change.Name is null ? null : CheckName(change.Name, "/name", errors);
        CheckDescription(change.Description, errors);
        if (errors.Count > 0)
        {
            return Invalid(errors);
        }

        var what = new List<string>();
        return await ViewAsync(id, await commits.ChangeAsync(
            id,
            (transaction, _) =>
            {
                var draft = transaction.Draft;
                if (name is not null && name != draft.Name)
                {
                    what.Add($"renamed to “{name}”");
                    draft.Name = name;
                }

                if (change.Description is not null && change.Description != draft.Description)
                {
                    what.Add("description changed");
                    draft.Description = change.Description;
                }

                var schema = change.RemovesSchema ? null : change.Schema ?? draft.Schema;
                if (schema != draft.Schema)
                {
                    what.Add("schema changed");
                    draft.Schema = schema;
                }

                draft.IsRearranged = what.Count > 0;
                return Task.FromResult<Failure?>(null);
            },
            _ => Sentence(what),
            null,
            cancellationToken), cancellationToken);
    }

    /// <summary>Adds a section at the end.</summary>
    public async Task<Outcome<SectionView>> AddSectionAsync(DatasetId id, string name, CancellationToken cancellationToken)
    {
        List<ContentError> errors = [];
        name = CheckName(name, "/name", errors);
        var section = TypeId.New<SectionId>(clock.GetUtcNow());
        if (errors.Count > 0)
        {
            return Invalid(errors);
        }

        var outcome = await commits.ChangeAsync(
            id,
            (transaction, _) =>
            {
                var draft = transaction.Draft;
                if (Taken(draft, name, null) is { } taken)
                {
                    return Task.FromResult<Failure?>(taken);
                }

                if (draft.Sections.Count >= limits.SectionsPerDataset)
                {
                    return Task.FromResult<Failure?>(new Conflict("too_many_sections", $"A dataset has at most {limits.SectionsPerDataset:N0} sections."));
                }

                draft.Sections.Add(new DraftSection(section, name));
                draft.IsRearranged = true;
                return Task.FromResult<Failure?>(null);
            },
            _ => $"Section “{name}” added",
            null,
            cancellationToken);
        return outcome.Succeeded(out _, out var failure) ? new SectionView(section, name, 0) : failure;
    }

    /// <summary>Gives a section another name, or another place.</summary>
    /// <param name="name">Null leaves it.</param>
    /// <param name="index">Its place among the sections from 0; more than there are means the end. Null leaves it.</param>
    public async Task<Outcome<DatasetView>> UpdateSectionAsync(DatasetId id, SectionId section, string? name, int? index, CancellationToken cancellationToken)
    {
        List<ContentError> errors = [];
        name = name is null ? null : CheckName(name, "/name", errors);
        if (errors.Count > 0)
        {
            return Invalid(errors);
        }

        var what = new List<string>();
        return await ViewAsync(id, await commits.ChangeAsync(
            id,
            (transaction, _) =>
            {
                var draft = transaction.Draft;
                if (draft.Section(section) is not { } found)
                {
                    return Task.FromResult<Failure?>(new NotFound());
                }

                if (name is not null && Taken(draft, name, section) is { } taken)
                {
                    return Task.FromResult<Failure?>(taken);
                }

                if (name is not null && name != found.Name)
                {
                    what.Add($"section “{found.Name}” renamed to “{name}”");
                    found.Name = name;
                }

                if (index is { } to && Math.Clamp(to, 0, draft.Sections.Count - 1) is var place && draft.Sections.IndexOf(found) != place)
                {
                    what.Add($"section “{found.Name}” moved");
                    draft.Sections.Remove(found);
                    draft.Sections.Insert(place, found);
                }

                draft.IsRearranged = what.Count > 0;
                return Task.FromResult<Failure?>(null);
            },
            _ => Sentence(what),
            null,
            cancellationToken), cancellationToken);
    }

    /// <summary>Deletes a section with its items. The last one stays.</summary>
    public async Task<Outcome<DatasetView>> DeleteSectionAsync(DatasetId id, SectionId section, CancellationToken cancellationToken)
    {
        var summary = "";
        return await ViewAsync(id, await commits.ChangeAsync(
            id,
            async (transaction, token) =>
            {
                var draft = transaction.Draft;
                if (draft.Section(section) is not { } found)
                {
                    return new NotFound();
                }

                if (draft.Sections.Count == 1)
                {
                    return new Conflict("last_section", "A dataset has at least one section. Add another one first, or delete the dataset.");
                }

                summary = $"Section “{found.Name}” with {ItemTally.Count(found.ItemCount)} deleted";
                await transaction.RemoveAllAsync(found, token);
                draft.Sections.Remove(found);
                draft.IsRearranged = true;
                return null;
            },
            _ => summary,
            null,
            cancellationToken), cancellationToken);
    }

    /// <summary>Deletes a dataset. It can be brought back until <c>Limits:DeletedDatasetDays</c> are over.</summary>
    public Task<Outcome<DatasetRow>> DeleteAsync(DatasetId id, CancellationToken cancellationToken) => marking.DeleteAsync(id, isDeleted: true, cancellationToken);

    /// <summary>Brings a deleted dataset back.</summary>
    public Task<Outcome<DatasetRow>> BringBackAsync(DatasetId id, CancellationToken cancellationToken) => marking.DeleteAsync(id, isDeleted: false, cancellationToken);

    private static Conflict? Taken(DatasetDraft draft, string name, SectionId? itself) =>
        draft.Sections.Exists(section => section.Name == name && section.Id != itself) ? new Conflict("section_exists", $"There is a section “{name}” already.") : null;

    private static string Sentence(List<string> what) => what.Count == 0 ? "" : string.Join(", ", what) is var text ? char.ToUpperInvariant(text[0]) + text[1..] : "";

    private static Invalid Invalid(List<ContentError> errors) =>
        new("invalid_dataset", errors.Count == 1 ? $"{errors[0].Path}: {errors[0].Message}" : $"{errors.Count} errors.", errors);

    private static string CheckName(string? name, string path, List<ContentError> errors)
    {
        var replaced = 0;
        var clean = WellFormedText.Of(name ?? "", ref replaced).Trim();
        if (clean.Length == 0)
        {
            errors.Add(new ContentError("The name must not be empty.", path));
        }
        else if (clean.Length > NameLength)
        {
            errors.Add(new ContentError($"At most {NameLength} characters; it has {clean.Length}.", path));
        }
        else if (clean.Any(char.IsControl))
        {
            errors.Add(new ContentError("A name is one line, without control characters.", path));
        }

        return clean;
    }

    private void CheckDescription(string? description, List<ContentError> errors)
    {
        if (description?.Length > limits.NoteLength)
        {
            errors.Add(new ContentError($"At most {limits.NoteLength:N0} characters; it has {description.Length:N0}.", "/description"));
        }
    }

    private async Task<Outcome<DatasetView>> ViewAsync(DatasetId id, Outcome<DatasetVersionRow> outcome, CancellationToken cancellationToken) =>
        outcome.Succeeded(out _, out var failure)
            ? await directory.FindAsync(id, cancellationToken) is { } view ? view : new NotFound()
            : failure;
}

using EvalMarket.Core;
using EvalMarket.Core.Assets;
using EvalMarket.Formats.Datasets;
using EvalMarket.Web.Api.Sessions;

namespace EvalMarket.Web.Pages.Datasets.Items;

/// <summary>The files of an item as its form says them: those that it has without the removed ones, and those that were sent.</summary>
internal sealed class ItemFiles(AssetStore assets)
{
    /// <summary>Keeps what was sent; a form that is refused has it again when it comes the next time.</summary>
    /// <param name="there">The files that the item has.</param>
    /// <param name="form">Gets the hashes of what was sent.</param>
    /// <param name="wrong">Hears of every file that cannot be taken.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<AssetReference>> ReadAsync(IReadOnlyList<AssetReference> there, ItemForm form, Action<string, string> wrong, CancellationToken cancellationToken)
    {
        List<AssetReference> files = [.. there.Where(file => form.RemoveFiles?.Contains(file.Path) != true)];
        foreach (var known in (await assets.FindAsync([.. form.AddedFiles?.Take(ItemForm.MostFiles) ?? []], cancellationToken)).Values)
        {
            Add(known);
        }

        foreach (var file in form.Files ?? [])
        {
            await using var content = file.OpenReadStream();
            if ((await assets.AddAsync(UploadForm.NameOf(file.FileName), content, cancellationToken)).Succeeded(out var asset, out var failure))
            {
                form.AddedFiles = [.. form.AddedFiles ?? [], asset.Sha256];
                Add(asset);
            }
            else
            {
                wrong(nameof(ItemForm.Files), $"{file.FileName}: {(failure is Invalid { Errors: [var first, ..] } ? first.Message : failure.Message)}");
            }
        }

        if (files.Count > ItemForm.MostFiles)
        {
            wrong(nameof(ItemForm.Files), $"An item may have at most {ItemForm.MostFiles} files.");
        }

        return files;

        void Add(AssetRow asset)
        {
            if (!files.Exists(file => file.Sha256 == asset.Sha256))
            {
                files.Add(new AssetReference(asset.Path, asset.MimeType, asset.Sha256, asset.Bytes));
            }
        }
    }

    /// <summary>Those that a refused form had sent, to be shown in it.</summary>
    public async Task<IReadOnlyList<AssetReference>> AddedAsync(ItemForm form, CancellationToken cancellationToken) =>
        [.. (await assets.FindAsync([.. form.AddedFiles?.Take(ItemForm.MostFiles) ?? []], cancellationToken)).Values.Select(asset => new AssetReference(asset.Path, asset.MimeType, asset.Sha256, asset.Bytes))];
}

/// <summary>The part of the form with the item's files.</summary>
/// <param name="There">Those that the item has.</param>
internal sealed record ItemFileFields(string Workspace, IReadOnlyList<AssetReference> There, ItemForm Form);

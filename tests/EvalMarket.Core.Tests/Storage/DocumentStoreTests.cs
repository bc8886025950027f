using System.Text.Json.Serialization;
using EvalMarket.Core.Storage;

namespace EvalMarket.Core.Tests.Storage;

public sealed class DocumentStoreTests : StorageTest
{
    private static readonly BlobPath Folder = BlobPath.Parse("w/acme/sessions/ses_1");
    private readonly DocumentStore documents;

    public DocumentStoreTests() => documents = new DocumentStore(Store);

    [Fact]
    public void A_document_is_named_by_its_version_and_its_hash()
    {
        var document = DocumentStore.Make(Folder, 7, Utf8("abc"));

        // SHA-256 of "abc", from FIPS 180.
        Assert.Equal("ba7816bf8f01", document.Hash);
        Assert.Equal(7, document.Version);
        Assert.Equal("w/acme/sessions/ses_1/7-ba7816bf8f01.json", document.Blob.Path.Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => DocumentStore.Make(Folder, 0, Utf8("abc")));
    }

    [Fact]
    public async Task Reads_back_what_it_was_made_of()
    {
        var document = DocumentStore.Make(Folder, 1, new Note("hello"), DocumentTestJson.Default.Note);
        await Store.PutAsync([document.Blob], Cancel);

        Assert.Equal(new Note("hello"), await documents.ReadAsync(Folder, 1, document.Hash, DocumentTestJson.Default.Note, Cancel));
        Assert.Null(await documents.ReadAsync(Folder, 2, document.Hash, DocumentTestJson.Default.Note, Cancel));
        Assert.Null(await documents.ReadAsync(Folder, 1, "000000000000", Cancel));
    }

    [Fact]
    public async Task A_damaged_document_is_named()
    {
        var document = DocumentStore.Make(Folder, 1, new Note("hello"), DocumentTestJson.Default.Note);
        await PutAsync(document.Blob.Path, Utf8("{\"text\":\"hullo\"}"));

        var e = await Assert.ThrowsAsync<StorageException>(() => documents.ReadAsync(Folder, 1, document.Hash, Cancel));

        Assert.Equal(StorageFailure.Corrupt, e.Failure);
        Assert.Contains(document.Blob.Path.Value, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_that_is_something_else_is_named()
    {
        var document = DocumentStore.Make(Folder, 1, Utf8("[1,2"));
        await Store.PutAsync([document.Blob], Cancel);

        var e = await Assert.ThrowsAsync<StorageException>(() => documents.ReadAsync(Folder, 1, document.Hash, DocumentTestJson.Default.Note, Cancel));

        Assert.Equal(StorageFailure.Corrupt, e.Failure);
    }

    [Fact]
    public async Task Lists_the_versions_of_a_folder_and_nothing_else()
    {
        foreach (var version in new[] { 10, 2, 1 })
            await Store.PutAsync([DocumentStore.Make(Folder, version, Utf8($"{{\"v\":{version}}}")).Blob], Cancel);
        await PutAsync(Folder / "dataset.json", Utf8("{}"));
        await PutAsync(Folder / "3-nohash.json", Utf8("{}"));
        await PutAsync(BlobPath.Parse("w/acme/sessions/ses_1/versions/4-0123456789ab.json"), Utf8("{}"));
        await PutAsync(BlobPath.Parse("w/acme/sessions/ses_10/5-0123456789ab.json"), Utf8("{}"));

        var versions = await documents.ListAsync(Folder, Cancel);

        Assert.Equal([1, 2, 10], versions.Select(version => version.Version));
        Assert.All(versions, version => Assert.Equal(DocumentStore.PathOf(Folder, version.Version, version.Hash), version.Path));
    }
}

internal sealed record Note(string Text);

[JsonSerializable(typeof(Note))]
internal sealed partial class DocumentTestJson : JsonSerializerContext;

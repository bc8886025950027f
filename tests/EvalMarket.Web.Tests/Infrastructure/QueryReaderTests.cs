using EvalMarket.Core;
using EvalMarket.Formats.Ids;
using EvalMarket.Web.Infrastructure.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EvalMarket.Web.Tests.Infrastructure;

public sealed class QueryReaderTests
{
    [Theory]
    [InlineData("", 50)]
    [InlineData("?limit=1", 1)]
    [InlineData("?limit=1000", 1000)]
    public void A_limit_is_a_number_up_to_a_thousand(string query, int expected)
    {
        var reader = Reader(query);

        Assert.Equal(expected, reader.Limit());
        Assert.False(reader.Failed(out _));
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=1001")]
    [InlineData("?limit=ten")]
    [InlineData("?limit=")]
    [InlineData("?limit=1&limit=2")]
    public void Any_other_limit_is_refused(string query)
    {
        var reader = Reader(query);
        reader.Limit();

        Assert.True(reader.Failed(out var problem));
        Assert.Equal(400, problem.Status);
        Assert.Equal("limit", Assert.Single(problem.Errors!).Parameter);
    }

    [Fact]
    public void All_errors_are_collected()
    {
        var reader = Reader("?flag=maybe&word=blue&from=yesterday&ids=ses_1&cursor=abc");
        reader.Flag("flag");
        reader.OneOf("word", ["red", "green"]);
        reader.From("from");
        reader.Ids<SessionId>("ids");
        reader.Cursor(2);

        Assert.True(reader.Failed(out var problem));
        Assert.Equal(["flag", "word", "from", "ids", "cursor"], problem.Errors!.Select(error => error.Parameter));
    }

    [Theory]
    [InlineData("2026-01-02", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z")]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z")]
    [InlineData("2026-01-02T03:04:05.5%2B02:00", "2026-01-02T01:04:05.5Z", "2026-01-02T01:04:05.5Z")]
    [InlineData("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z", "2026-01-02T01:04:05Z")]
    public void A_range_takes_times_and_whole_days(string text, string from, string until)
    {
        var reader = Reader($"?from={text}&to={text}");

        Assert.Equal(DateTimeOffset.Parse(from), reader.From("from"));
        Assert.Equal(DateTimeOffset.Parse(until), reader.Until("to"));
    }

    [Fact]
    public void A_cursor_comes_back_as_it_was_and_an_edited_one_is_refused()
    {
        var cursor = Cursor.Encode("2026-01-02T03:04:05Z", "ses_ü");
        Assert.Equal(["2026-01-02T03:04:05Z", "ses_ü"], Reader($"?cursor={cursor}").Cursor(2)!);

        for (var i = 0; i < cursor.Length - 1; i++)
        {
            var edited = cursor[..i] + (cursor[i] == 'A' ? 'B' : 'A') + cursor[(i + 1)..];
            Assert.False(Cursor.TryDecode(edited, 2, out _));
        }

        Assert.False(Cursor.TryDecode(cursor, 3, out _));
    }

    [Theory]
    [InlineData("$", "")]
    [InlineData("$.a", "/a")]
    [InlineData("$.a[0].b", "/a/0/b")]
    [InlineData("$['a b'].c[12]", "/a b/c/12")]
    [InlineData("$['a.b/c~d']", "/a.b~1c~0d")]
    public void A_place_in_json_is_told_as_a_pointer(string path, string pointer) => Assert.Equal(pointer, JsonBody.Pointer(path));

    private static QueryReader Reader(string query)
    {
        var http = new DefaultHttpContext { RequestServices = new ServiceCollection().AddSingleton(new Limits()).BuildServiceProvider() };
        http.Request.QueryString = new QueryString(query);
        http.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new QueryParametersMetadata(
            [QueryParameter.Limit, QueryParameter.Cursor, .. new[] { "flag", "word", "from", "to", "ids" }.Select(name => new QueryParameter(name, ""))])), null));
        return new QueryReader(http);
    }
}

using EvalMarket.Formats.Ids;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace EvalMarket.Core.Data;

/// <summary>Ids are stored as their text, with an ordinal collation.</summary>
public sealed class TypeIdConverter<T>() : ValueConverter<T, string>(id => id.Value, text => Read(text))
    where T : struct, ITypeId<T>
{
    // An expression tree cannot call a static interface member itself.
    private static T Read(string text) => T.FromTrusted(text);
}

namespace EvalMarket.Formats;

/// <summary>One thing that is wrong with content that someone sent, with its place. All of them are reported at once.</summary>
/// <param name="Message">What is wrong and what would be right, in a sentence. Never quotes secrets.</param>
/// <param name="Path">JSON pointer into the document (or into the line, together with <paramref name="Line"/>).</param>
/// <param name="Line">1-based line of the file.</param>
/// <param name="File">Name of the file, where several came at once.</param>
/// <param name="Column">1-based character of the line, where it is known.</param>
public sealed record ContentError(string Message, string? Path = null, long? Line = null, string? File = null, long? Column = null);

using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EvalMarket.Formats.Runs;

/// <summary>Reads a small YAML document as JSON. Aliases are refused: a few of them unfold to anything.</summary>
internal static class YamlReader
{
    private const int Depth = 32;
    private const int Nodes = 10_000;

    /// <summary>The document; null for an empty one.</summary>
    /// <exception cref="InvalidDataException">It is no YAML, or not such; says why.</exception>
    public static JsonNode? Read(string yaml)
    {
        try
        {
            var parser = new Parser(new StringReader(yaml));
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                return null;
            }

            parser.Consume<DocumentStart>();
            var nodes = 0;
            var node = ReadNode(parser, 0, ref nodes);
            parser.Consume<DocumentEnd>();
            return parser.Accept<StreamEnd>(out _) ? node : throw new InvalidDataException("The YAML file has several documents; send one.");
        }
        catch (YamlException exception)
        {
            throw new InvalidDataException($"This is not valid YAML (line {exception.Start.Line}).", exception);
        }
    }

    private static JsonNode? ReadNode(Parser parser, int depth, ref int nodes)
    {
        if (depth > Depth || ++nodes > Nodes)
        {
            throw new InvalidDataException("The YAML file is larger or deeper than a configuration is.");
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return Value(scalar);
        }

        if (parser.TryConsume<MappingStart>(out _))
        {
            var mapping = new JsonObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = parser.Consume<Scalar>().Value;
                if (mapping.ContainsKey(key))
                {
                    throw new InvalidDataException("The YAML file has a key twice in one mapping.");
                }

                mapping.Add(key, ReadNode(parser, depth + 1, ref nodes));
            }

            return mapping;
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                list.Add(ReadNode(parser, depth + 1, ref nodes));
            }

            return list;
        }

        throw new InvalidDataException("Aliases are not taken in this YAML file; write what they stand for.");
    }

    /// <summary>Plain scalars by the core schema (YAML 1.2, section 10.3.2); quoted ones are text.</summary>
    private static JsonValue? Value(Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain)
        {
            return JsonValue.Create(text);
        }

        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
            _ when char.IsAsciiDigit(text[^1]) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(number),
            _ => JsonValue.Create(text),
        };
    }
}

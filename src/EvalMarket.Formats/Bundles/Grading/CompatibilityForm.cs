using System.Globalization;
using System.Text;

namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>
/// Unicode's compatibility decomposition (UAX #15, NFKD): two texts have the same one exactly when they have the same NFKC. The framework's own normalization is switched off with
/// InvariantGlobalization, which keeps ICU out; so the table comes along.
/// </summary>
internal static class CompatibilityForm
{
    private const int HangulFirst = 0xAC00;
    private const int HangulCount = 11172;
    private const int VowelCount = 21;
    private const int TailCount = 28;

    private static readonly Lazy<Table> Data = new(Read);

    public static string Of(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        List<Rune> runes = new(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune, runes);
        }

        Order(runes);
        var result = new StringBuilder(text.Length + 16);
        foreach (var rune in runes)
        {
            result.Append(rune);
        }

        return result.ToString();
    }

    private static void Decompose(Rune rune, List<Rune> target)
    {
        var syllable = rune.Value - HangulFirst;
        if (syllable is >= 0 and < HangulCount)
        {
            // UAX #15, section 3.12 of the standard.
            target.Add(new Rune(0x1100 + (syllable / (VowelCount * TailCount))));
            target.Add(new Rune(0x1161 + (syllable % (VowelCount * TailCount) / TailCount)));
            if (syllable % TailCount > 0)
            {
                target.Add(new Rune(0x11A7 + (syllable % TailCount)));
            }
        }
        else if (!rune.IsAscii && Data.Value.Decompositions.TryGetValue(rune.Value, out var parts))
        {
            target.AddRange(parts);
        }
        else
        {
            target.Add(rune);
        }
    }

    /// <summary>Marks that follow one another are put in the order of their classes, those of the same class left as they are.</summary>
    private static void Order(List<Rune> runes)
    {
        for (var start = 0; start < runes.Count; start++)
        {
            if (Class(runes[start]) == 0)
            {
                continue;
            }

            var end = start + 1;
            while (end < runes.Count && Class(runes[end]) != 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                var marks = runes.GetRange(start, end - start).OrderBy(Class).ToList();
                for (var i = 0; i < marks.Count; i++)
                {
                    runes[start + i] = marks[i];
                }
            }

            start = end;
        }
    }

    private static byte Class(Rune rune) => rune.Value < 0x300 ? (byte)0 : Data.Value.Classes.GetValueOrDefault(rune.Value);

    private static Table Read()
    {
        Dictionary<int, Rune[]> decompositions = [];
        Dictionary<int, byte> classes = [];
        using var reader = new StreamReader(typeof(CompatibilityForm).Assembly.GetManifestResourceStream("unicode-compatibility.txt")!);
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split(' ');
            switch (parts[0])
            {
                case "D":
                    decompositions.Add(Hex(parts[1]), [.. parts.Skip(2).Select(part => new Rune(Hex(part)))]);
                    break;
                case "C":
                    for (var code = Hex(parts[2]); code <= Hex(parts[3]); code++)
                    {
                        classes.Add(code, byte.Parse(parts[1], CultureInfo.InvariantCulture));
                    }

                    break;
            }
        }

        return new Table(decompositions, classes);
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private sealed record Table(Dictionary<int, Rune[]> Decompositions, Dictionary<int, byte> Classes);
}

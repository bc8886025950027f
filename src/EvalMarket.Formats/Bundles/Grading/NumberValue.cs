using System.Globalization;

namespace EvalMarket.Formats.Bundles.Grading;

/// <summary>A number, exact where a decimal can hold it.</summary>
internal readonly record struct NumberValue(decimal? Exact, double Approximate)
{
    /// <summary>For numbers that no decimal holds.</summary>
    private const double Closeness = 1e-12;

    /// <summary>Smaller ones lose digits in a decimal.</summary>
    private const double SmallestExact = 1e-12;

    /// <summary>Of digits with a decimal point and an exponent.</summary>
    public static NumberValue Parse(string text)
    {
        var approximate = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        var isExact = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && (exact == 0 ? approximate == 0 : Math.Abs(approximate) >= SmallestExact);
        return new NumberValue(isExact ? exact : null, approximate);
    }

    /// <summary>Times a power of ten.</summary>
    public NumberValue Shifted(int exponent)
    {
        var factor = Parse(string.Create(CultureInfo.InvariantCulture, $"1e{exponent}"));
        decimal? exact;
        try
        {
            exact = Exact * factor.Exact;
        }
        catch (OverflowException)
        {
            exact = null;
        }

        return new NumberValue(exact, Approximate * factor.Approximate);
    }

    public bool IsNear(NumberValue reference, decimal absolute, decimal relative)
    {
        if (Exact is { } mine && reference.Exact is { } theirs)
        {
            try
            {
                return Math.Abs(mine - theirs) <= Math.Max(absolute, relative * Math.Abs(theirs));
            }
            catch (OverflowException)
            {
                // Beyond a decimal: as below.
            }
        }

        if (!double.IsFinite(Approximate) || !double.IsFinite(reference.Approximate))
        {
            return false;
        }

        var size = Math.Abs(reference.Approximate);
        return Math.Abs(Approximate - reference.Approximate) <= Math.Max((double)absolute, ((double)relative + Closeness) * size);
    }
}

namespace IrrigationWatch.Areas;

/// <summary>Colours of maps of years and counts: from dark to light in even steps of lightness, so that they can be told apart in grey.</summary>
internal static class ChangeColors
{
    /// <summary>Stops of the ramp viridis (van der Walt and Smith 2015, CC0).</summary>
    private static readonly uint[] Ramp = [0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725];

    /// <summary>A colour of the ramp.</summary>
    /// <param name="share">From 0, dark, to 1, light.</param>
    /// <returns>0xAARRGGBB, opaque.</returns>
    internal static uint At(double share)
    {
        double place = Math.Clamp(share, 0, 1) * (Ramp.Length - 1);
        int stop = Math.Min((int)place, Ramp.Length - 2);
        return Mix(Ramp[stop], Ramp[stop + 1], place - stop);
    }

    /// <summary>Probability of irrigation: from pale to dark green.</summary>
    internal static readonly (double Value, uint Color)[] Probability = [(0, 0xFFEFEBE2), (0.5, 0xFF8CC9A5), (1, 0xFF00693E)];

    /// <summary>Number of clear observations: the ramp viridis, steeper where they are few.</summary>
    internal static readonly (double Value, uint Color)[] Observations = [(0, 0xFF440154), (5, 0xFF31688E), (10, 0xFF35B779), (20, 0xFFFDE725)];

    /// <summary>A colour between those of a ramp, whose values rise.</summary>
    internal static uint Between((double Value, uint Color)[] ramp, double value)
    {
        int step = 0;
        while (step < ramp.Length - 2 && value >= ramp[step + 1].Value)
        {
            step++;
        }

        return Mix(ramp[step].Color, ramp[step + 1].Color, Math.Clamp((value - ramp[step].Value) / (ramp[step + 1].Value - ramp[step].Value), 0, 1));
    }

    /// <summary>Colours of years; never irrigated is pale, never observed clear.</summary>
    internal static SortedDictionary<ushort, uint> Years(int first, int last)
    {
        var colors = new SortedDictionary<ushort, uint> { [ChangeMaps.Never] = 0xFFEFEBE2, [ChangeMaps.YearNotObserved] = 0 };
        for (int year = first; year <= last; year++)
        {
            colors[(ushort)year] = At(last == first ? 0 : (double)(year - first) / (last - first));
        }

        return colors;
    }

    /// <summary>Colours of counts from 1 to a number; 0 is pale.</summary>
    internal static SortedDictionary<ushort, uint> Counts(int most)
    {
        var colors = new SortedDictionary<ushort, uint> { [0] = 0xFFEFEBE2, [ChangeMaps.NotObserved] = 0 };
        for (int count = 1; count <= most; count++)
        {
            colors[(ushort)count] = At(1 - (double)count / most);
        }

        return colors;
    }

    /// <summary>An opaque colour between two.</summary>
    private static uint Mix(uint from, uint to, double share)
    {
        uint color = 0xFF;
        for (int shift = 16; shift >= 0; shift -= 8)
        {
            double a = (from >> shift) & 255;
            double b = (to >> shift) & 255;
            color = (color << 8) | (uint)Math.Round(a + share * (b - a));
        }

        return color;
    }
}

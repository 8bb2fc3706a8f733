namespace IrrigationWatch.Simulator;

/// <summary>What grows on land in a year, and with it the course of its green cover.</summary>
internal enum Cover
{
    Desert,
    Steppe,
    Reeds,
    Water,
    Fallow,
    Wheat,
    Maize,
    Cotton,
    Alfalfa,
    SugarBeet,
    Rice,
    WheatThenSecondCrop,
}

/// <summary>Green cover through the year.</summary>
internal static class Calendar
{
    internal static readonly Cover[] IrrigatedCrops = [Cover.Maize, Cover.Cotton, Cover.Alfalfa, Cover.SugarBeet, Cover.Rice, Cover.WheatThenSecondCrop];

    /// <summary>True for crops that stand on irrigation in high summer.</summary>
    internal static bool IsIrrigated(Cover cover) => cover >= Cover.Maize;

    /// <summary>Green cover from 0 to 1 on a day of the year.</summary>
    /// <param name="cover">What grows.</param>
    /// <param name="day">Day of the year, shifted by the season's and the field's own earliness.</param>
    /// <param name="rain">How wet the spring was, −1 to 1.</param>
    internal static double Green(Cover cover, double day, double rain) => cover switch
    {
        Cover.Desert => 0.04 + Season(day, 95, 10, 150, 12, 0.05 + 0.04 * rain),
        Cover.Steppe => 0.08 + Season(day, 95, 9, 172 + 12 * rain, 10, 0.34 + 0.12 * rain),
        Cover.Reeds => 0.10 + Season(day, 128, 9, 268, 10, 0.70),
        Cover.Fallow => 0.05 + Season(day, 100, 9, 165 + 10 * rain, 12, 0.26 + 0.10 * rain),
        Cover.Wheat => 0.05 + Season(day, 102, 8, 184 + 6 * rain, 6, 0.70 + 0.10 * rain),
        Cover.Maize => 0.05 + Season(day, 166, 7, 262, 7, 0.86),
        Cover.Cotton => 0.05 + Season(day, 172, 8, 276, 8, 0.74),
        Cover.Alfalfa => 0.08 + Math.Max(0, Season(day, 108, 8, 290, 9, 0.80) * Cuts(day)),
        Cover.SugarBeet => 0.05 + Season(day, 152, 8, 284, 8, 0.82),
        Cover.Rice => 0.03 + Season(day, 178, 7, 258, 7, 0.82),
        Cover.WheatThenSecondCrop => 0.05 + Season(day, 85, 8, 172, 5, 0.76) + Season(day, 205, 6, 284, 7, 0.74),
        _ => 0,
    };

    /// <summary>The season's rise and fall as two logistics, the usual form of a phenology (Beck et al. 2006, Remote Sensing of Environment 100, 321–334).</summary>
    private static double Season(double day, double rise, double riseDays, double fall, double fallDays, double height) =>
        height * (Logistic((day - rise) / riseDays) - Logistic((day - fall) / fallDays));

    /// <summary>Alfalfa is cut every 36 days from the end of May, and grows back in two weeks.</summary>
    private static double Cuts(double day)
    {
        double since = (day - 148) % 36;
        return day < 148 || day > 290 ? 1 : 1 - 0.55 * Math.Exp(-since / 8);
    }

    private static double Logistic(double t) => 1 / (1 + Math.Exp(-t));
}

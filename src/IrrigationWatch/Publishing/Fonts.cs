using SkiaSharp;

namespace IrrigationWatch.Publishing;

/// <summary>
/// The font of all pictures: Noto Sans (SIL Open Font License 1.1), shipped with the program, so that pictures look the same
/// everywhere and a machine without fonts draws no boxes. It holds Latin and Cyrillic, with the letters of Kazakh.
/// </summary>
internal static class Fonts
{
    internal const string Family = "Noto Sans";

    private static readonly Lazy<SKTypeface> LazyRegular = new(() => Load("NotoSans-Regular.ttf"));
    private static readonly Lazy<SKTypeface> LazyBold = new(() => Load("NotoSans-Bold.ttf"));

    internal static SKTypeface Regular => LazyRegular.Value;

    internal static SKTypeface Bold => LazyBold.Value;

    private static SKTypeface Load(string name)
    {
        using Stream stream = typeof(Fonts).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the font {name} is not in the program");
        using SKData data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }
}

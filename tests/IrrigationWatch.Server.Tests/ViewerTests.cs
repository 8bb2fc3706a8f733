using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Server.Tests;

/// <summary>The map in Chromium, driven by Playwright.</summary>
[Collection(ServedFolderCollection.Name)]
public sealed class ViewerTests(ServedFolder served)
{
    internal static readonly string Playwright = Path.Combine(Repository.Root, ".tools", "node_modules", "playwright-core");

    internal static readonly string? Browser = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    [Fact]
    public async Task A_user_looks_at_years_places_and_zones()
    {
        Assert.SkipWhen(Browser is null, "chromium is not installed (Debian: chromium)");
        Assert.SkipUnless(Directory.Exists(Playwright), "playwright-core is not installed (tools/test installs it where npm is)");
        using var scratch = new ScratchFolder();
        string shots = Environment.GetEnvironmentVariable("IRRIGATIONWATCH_SCREENSHOTS") ?? scratch.File("shots");
        Directory.CreateDirectory(shots);
        string script = Path.Combine(Repository.Root, "tests", "IrrigationWatch.Server.Tests", "viewer.mjs");
        (int code, string output) = await Task.Run(() => Repository.Run("node", [script, Playwright, Browser!, served.Server.Address.AbsoluteUri.TrimEnd('/'), shots]));
        Assert.True(code == 0, output);
        Assert.Equal(14, output.Split('\n').Count(line => line.StartsWith("held: ", StringComparison.Ordinal)));
        Assert.All(new[] { "desktop.png", "phone.png", "place.png", "polygon.png", "polygons.png", "swipe.png" }, name => Assert.True(File.Exists(Path.Combine(shots, name)), name));
    }
}

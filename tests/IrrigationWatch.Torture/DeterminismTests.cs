using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Torture;

/// <summary>The same bytes whatever the machine: cores, width of its vectors, language, time zone.</summary>
public class DeterminismTests(MadeOnce<Undisturbed> shared)
{
    private readonly Undisturbed undisturbed = shared.Value;

    public static TheoryData<string> Machines =>
    [
        .. Form.Cases(
            2,
            "DOTNET_PROCESSOR_COUNT=1 DOTNET_EnableHWIntrinsic=0",
            "DOTNET_PROCESSOR_COUNT=8 LC_ALL=tr_TR.UTF-8 TZ=Pacific/Chatham",
            "DOTNET_PROCESSOR_COUNT=1",
            "DOTNET_PROCESSOR_COUNT=2",
            "DOTNET_PROCESSOR_COUNT=8",
            "DOTNET_EnableAVX512=0",
            "DOTNET_EnableAVX2=0",
            "DOTNET_EnableHWIntrinsic=0",
            "DOTNET_ReadyToRun=0",
            "LC_ALL=de_DE.UTF-8 TZ=Asia/Almaty",
            "LC_ALL=tr_TR.UTF-8 TZ=Pacific/Chatham"),
    ];

    [Theory]
    [MemberData(nameof(Machines))]
    public void Every_machine_makes_the_same_bytes(string variables)
    {
        var environment = variables.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        using var scratch = new ScratchFolder();
        if (environment.TryGetValue("LC_ALL", out string? locale))
        {
            environment["LOCPATH"] = MakeLocale(locale, scratch);
        }

        string output = scratch.File("out");
        CommandLine.RunWith(environment, "run", undisturbed.FromLabels.Configuration, "-o", output).Succeeds();
        SimulatedCorridor.AssertSame(undisturbed.FromLabels.Reference, output);
        Form.Report($"`run` with {variables}", "equal byte for byte");
    }

    /// <summary>Compiles a locale, as slim systems have none; skips the test where that cannot be done, as it would run in the C locale.</summary>
    private static string MakeLocale(string locale, ScratchFolder scratch)
    {
        string folder = scratch.File("locales");
        Directory.CreateDirectory(folder);
        try
        {
            _ = Repository.Run("localedef", ["-c", "-i", locale[..5], "-f", "UTF-8", Path.Combine(folder, locale)]);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Said below.
        }

        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, locale)), $"the locale {locale} cannot be made (Debian: locales)");
        return folder;
    }
}

using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Torture;

/// <summary>The same bytes whatever the machine: cores, width of its vectors, language, time zone.</summary>
public class DeterminismTests(MadeOnce<Undisturbed> shared)
{
    private readonly Undisturbed undisturbed = shared.Value;

    public static TheoryData<string, string> Machines => new()
    {
        { "one core", "DOTNET_PROCESSOR_COUNT=1" },
        { "two cores", "DOTNET_PROCESSOR_COUNT=2" },
        { "eight threads", "DOTNET_PROCESSOR_COUNT=8" },
        { "no AVX-512", "DOTNET_EnableAVX512=0" },
        { "no AVX2", "DOTNET_EnableAVX2=0" },
        { "no vectors", "DOTNET_EnableHWIntrinsic=0" },
        { "German, Almaty", "LC_ALL=de_DE.UTF-8 TZ=Asia/Almaty" },
        { "Turkish, Chatham Islands", "LC_ALL=tr_TR.UTF-8 TZ=Pacific/Chatham" },
    };

    [Theory]
    [MemberData(nameof(Machines))]
    public void Every_machine_makes_the_same_bytes(string name, string variables)
    {
        Assert.SkipUnless(Form.IsFull || name is "one core" or "no vectors" or "Turkish, Chatham Islands", "only in the full form (tools/torture)");
        var environment = variables.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        using var scratch = new ScratchFolder();
        if (environment.TryGetValue("LC_ALL", out string? locale) && MakeLocale(locale, scratch) is string made)
        {
            environment["LOCPATH"] = made;
        }

        string output = scratch.File("out");
        CommandLine.RunWith(environment, "run", undisturbed.Configuration, "-o", output).Succeeds();
        undisturbed.AssertSame(output);
        Form.Report($"`run` with {variables}", "equal byte for byte");
    }

    /// <summary>Compiles a locale, as slim systems have none; null where that cannot be done, and the C locale stands.</summary>
    private static string? MakeLocale(string locale, ScratchFolder scratch)
    {
        string folder = scratch.File("locales");
        Directory.CreateDirectory(folder);
        try
        {
            _ = Repository.Run("localedef", ["-c", "-i", locale[..5], "-f", "UTF-8", Path.Combine(folder, locale)]);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        return Directory.Exists(Path.Combine(folder, locale)) ? folder : null;
    }
}

using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using IrrigationWatch.TestSupport;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace IrrigationWatch.Tests;

/// <summary>Holds the arrows of the architecture: Cli, Server → Workflow → Publishing, Areas, Classification, Features, Landsat → Rasters, Kernels; Rasters → Gdal.</summary>
public partial class ArchitectureTests
{
    private static readonly Architecture Architecture = new ArchLoader()
        .LoadAssemblies(typeof(IrrigationWatch.Workflow.IrrigationRun).Assembly, typeof(IrrigationWatch.Gdal.Dataset).Assembly, System.Reflection.Assembly.Load("IrrigationWatch.Cli"), System.Reflection.Assembly.Load("IrrigationWatch.Server"))
        .Build();

    public static TheoryData<string, string[]> Forbidden() => new()
    {
        { "Kernels", ["Rasters", "Landsat", "Features", "Classification", "Areas", "Publishing", "Workflow", "Cli", "Gdal"] },
        { "Rasters", ["Landsat", "Features", "Classification", "Areas", "Publishing", "Workflow", "Server", "Cli"] },
        { "Landsat", ["Features", "Classification", "Areas", "Publishing", "Workflow", "Server", "Cli"] },
        { "Features", ["Classification", "Areas", "Publishing", "Workflow", "Server", "Cli"] },
        { "Areas", ["Landsat", "Features", "Classification", "Publishing", "Workflow", "Server", "Cli"] },
        { "Classification", ["Publishing", "Workflow", "Server", "Cli"] },
        { "Publishing", ["Landsat", "Features", "Workflow", "Server", "Cli"] },
        { "Workflow", ["Server", "Cli"] },
        { "Server", ["Landsat", "Cli"] },
        { "Gdal", ["Kernels", "Rasters", "Landsat", "Features", "Classification", "Areas", "Publishing", "Workflow", "Server", "Cli"] },
    };

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void A_layer_knows_only_what_lies_below_it(string layer, string[] above)
    {
        IObjectProvider<IType> from = Types().That().ResideInNamespaceMatching(Exactly(layer));
        foreach (string other in above)
        {
            var rule = Types().That().Are(from).Should().NotDependOnAny(Types().That().ResideInNamespaceMatching(Exactly(other))).WithoutRequiringPositiveResults();
            Assert.True(rule.HasNoViolations(Architecture), $"{layer} → {other}: " + string.Join("; ", rule.Evaluate(Architecture).Where(result => !result.Passed).Select(result => result.Description).Take(3)));
        }
    }

    [Fact]
    public void The_rule_above_would_notice()
    {
        var rule = Types().That().ResideInNamespaceMatching(Exactly("Rasters")).Should().NotDependOnAny(Types().That().ResideInNamespaceMatching(Exactly("Gdal")));
        Assert.False(rule.HasNoViolations(Architecture));
    }

    [Fact]
    public void Unsafe_code_and_native_calls_are_in_Gdal_only_and_vectors_in_Kernels_only_and_nothing_hangs_on_threads()
    {
        string source = Path.Combine(Repository.Root, "src");
        foreach (string file in Directory.GetFiles(source, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)))
        {
            string name = Path.GetRelativePath(source, file).Replace('\\', '/');
            string code = string.Join('\n', File.ReadLines(file).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));
            Assert.True(name.StartsWith("IrrigationWatch.Gdal/", StringComparison.Ordinal) || !Native().IsMatch(code), $"{name} holds unsafe code or native calls");
            // Its lists hang on threads: what lies in one and refers to its owner is never collected while the thread lives.
            Assert.False(code.Contains("ConcurrentBag", StringComparison.Ordinal), $"{name} keeps things in a ConcurrentBag; use a ConcurrentStack");
            Assert.True(name.StartsWith("IrrigationWatch/Kernels/", StringComparison.Ordinal) || !Vectors().IsMatch(code), $"{name} uses SIMD vectors");
        }
    }

    private static string Exactly(string layer) => $@"^IrrigationWatch\.{layer}(\..*)?$";

    [GeneratedRegex(@"\bunsafe\b(?!-)|\[(LibraryImport|DllImport)\b")]
    private static partial Regex Native();

    [GeneratedRegex(@"System\.Runtime\.Intrinsics|\bVector(64|128|256|512)?<|\bVector(64|128|256|512)\.")]
    private static partial Regex Vectors();
}

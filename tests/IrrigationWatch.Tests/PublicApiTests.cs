using System.Reflection;
using IrrigationWatch.TestSupport;
using PublicApiGenerator;

namespace IrrigationWatch.Tests;

/// <summary>
/// Holds the public surface of the libraries. After a wanted change copy tests/golden/NAME.received.txt, which a failure
/// writes, over tests/golden/NAME.api.txt, and say in CHANGELOG.md what changed.
/// </summary>
public class PublicApiTests
{
    [Theory]
    [InlineData("IrrigationWatch")]
    [InlineData("IrrigationWatch.Gdal")]
    [InlineData("IrrigationWatch.Server")]
    public void The_public_surface_is_the_approved_one(string name)
    {
        string actual = Assembly.Load(name).GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n");
        string approved = Repository.Golden(name + ".api.txt");
        string received = Repository.Golden(name + ".received.txt");
        if (!File.Exists(approved) || File.ReadAllText(approved).ReplaceLineEndings("\n") != actual)
        {
            File.WriteAllText(received, actual);
            Assert.Fail($"the public surface of {name} changed; compare {received} with {approved}");
        }

        File.Delete(received);
    }
}

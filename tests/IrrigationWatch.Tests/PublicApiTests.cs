using System.Reflection;
using PublicApiGenerator;

namespace IrrigationWatch.Tests;

/// <summary>Holds the public surface of the libraries.</summary>
public class PublicApiTests
{
    [Theory]
    [InlineData("IrrigationWatch")]
    [InlineData("IrrigationWatch.Gdal")]
    [InlineData("IrrigationWatch.Server")]
    public void The_public_surface_is_the_approved_one(string name)
    {
        GoldenFile.AssertSame(name + ".api.txt", Assembly.Load(name).GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }));
    }
}

using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Tests.Landsat;

/// <summary>Analysis-ready products of other makers, by their descriptions.</summary>
public class StackTests
{
    private const int Size = 12;

    /// <summary>Reflectance × 10 000 with values below 0, fill, and above 1 among them.</summary>
    private static readonly Func<int, int, short> Red = (x, y) => (x, y) switch { (0, 0) => -9999, (1, 0) => -50, (2, 0) => 10_001, (3, 0) => 0, _ => (short)(400 + 10 * x + y) };
    private static readonly Func<int, int, short> Nir = (x, y) => (x, y) switch { (0, 0) => -9999, _ => (short)(3000 + 100 * y - x) };

    public static TheoryData<string> ReadyMade() => [.. StackDescriptionReader.ReadyMade];

    [Theory]
    [MemberData(nameof(ReadyMade))]
    public void Ready_made_descriptions_are_whole(string name)
    {
        StackDescription stack = StackDescriptionReader.Read(name);
        Assert.Equal(7, stack.Bands.Count);
        Assert.True(stack.IsSurfaceReflectance);
        Assert.Equal(StackDescriptionReader.ReadText(name), stack.Text);
    }

    [Fact]
    public void A_granule_of_HLS_is_read()
    {
        using var scratch = new ScratchFolder();
        StackDescription stack = StackDescriptionReader.Read("hls-l30");
        foreach (string granule in new[] { "HLS.L30.T44TKM.2020153T051229.v2.0", "HLS.L30.T44TKM.2020169T051233.v2.0" })
        {
            foreach (string band in new[] { "B02", "B03", "B04", "B05", "B06", "B07", "B10" })
            {
                Write(scratch.File($"{granule}.{band}.tif"), RasterType.Int16, [band == "B05" ? Nir : Red]);
            }

            // Bits: clear, cloud, adjacent, shadow, snow, water, aerosol high; 255 is fill.
            short[] fmask = [0, 2, 4, 8, 16, 32, 192, 255];
            Write(scratch.File($"{granule}.Fmask.tif"), RasterType.Byte, [(x, y) => y == 5 && x < 8 ? fmask[x] : (short)0]);
        }

        using var space = new ScratchSpace(scratch.File("space"));
        IReadOnlyList<SceneSource> found = SceneDiscovery.Find([scratch.Path], stack, space);
        Assert.Equal(2, found.Count);
        using Scene scene = SceneReader.Open(found[0].Path, space, stack);
        Assert.Equal((new DateOnly(2020, 6, 1), Sensor.Oli, "44TKM", "SR"), (scene.Id.Acquired, scene.Id.Sensor, scene.Id.Tile, scene.Id.Level));
        Assert.Equal("05:12:29", scene.Time.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture));
        AssertNdvi(scene, (x, y) => y == 5 && x is 1 or 2 or 3 or 7 && y == 5, harmonised: false);
    }

    [Fact]
    public void A_tile_of_FORCE_is_read_and_its_ETM_is_harmonised()
    {
        using var scratch = new ScratchFolder();
        StackDescription stack = StackDescriptionReader.Read("force-l2");
        string folder = Directory.CreateDirectory(scratch.File("X0069_Y0043")).FullName;
        Write(Path.Combine(folder, "20100805_LEVEL2_LND07_BOA.tif"), RasterType.Int16, [Red, Red, Red, Nir, Red, Red]);
        // Bits: valid, nodata, less confident cloud, opaque cloud, cirrus, shadow, snow, water, saturation.
        short[] qai = [0, 1, 1 << 1, 2 << 1, 3 << 1, 1 << 3, 1 << 4, 1 << 5, 1 << 9];
        Write(Path.Combine(folder, "20100805_LEVEL2_LND07_QAI.tif"), RasterType.Int16, [(x, y) => y == 5 && x < 9 ? qai[x] : (short)0]);
        using var space = new ScratchSpace(scratch.File("space"));
        using Scene scene = SceneReader.Open(Assert.Single(SceneDiscovery.Find([scratch.Path], stack, space)).Path, space, stack);
        Assert.Equal((new DateOnly(2010, 8, 5), Sensor.EtmPlus, 7), (scene.Id.Acquired, scene.Id.Sensor, scene.Id.Satellite));
        AssertNdvi(scene, (x, y) => y == 5 && x is 1 or 2 or 3 or 4 or 5 or 8 && y == 5, harmonised: true);
    }

    [Fact]
    public void All_447_scenes_of_the_real_record_are_found_in_their_archive()
    {
        using var scratch = new ScratchFolder();
        using var space = new ScratchSpace(scratch.File("space"));
        StackDescription stack = StackDescriptionReader.Read("fmask-stack");
        IReadOnlyList<SceneSource> found = SceneDiscovery.Find([Repository.Sample("pixel-records", "p035r032_landsat457_1984-2013.tar.gz")], stack, space);
        Assert.Equal(447, found.Count);
        var sensors = new Dictionary<Sensor, int>();
        foreach (SceneSource source in found)
        {
            using Scene scene = SceneReader.Open(source.Path, space, stack);
            Assert.InRange(scene.Id.Acquired.Year, 1984, 2013);
            Assert.Equal("035032", scene.Id.Tile);
            sensors[scene.Id.Sensor] = sensors.GetValueOrDefault(scene.Id.Sensor) + 1;
        }

        Assert.Equal(2, sensors.Count);
        Assert.Equal(1, space.Unpacked);
    }

    /// <summary>Unknown keys first, then all else; what is missing because its name is misspelt is not missed besides.</summary>
    [Fact]
    public void All_that_is_wrong_in_a_description_is_told_at_once()
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => StackDescriptionReader.Parse("d.yaml", """
            scene: '(?<date>['
            skale: 0.0001
            sensor: { lc: oli, lx: msi }
            bands: { red: 1, nir: 0, swir: 3 }
            mask: { bnd: 5, reject-bits: [16] }
            valid: [5, 1]
            reflectance: ground
            """));
        string[] lines = [.. error.Faults.Select(fault => fault.Message["d.yaml:".Length..])];
        Assert.Equal(["2: unknown key 'skale'; did you mean 'scale'?", "4: unknown key 'bands.swir'; did you mean 'swir1'?", "5: unknown key 'mask.bnd'; did you mean 'band'?"], lines.Take(3));
        Assert.Collection(
            lines.Skip(3),
            line => Assert.StartsWith("1: 'scene' is no regular expression", line, StringComparison.Ordinal),
            line => Assert.Equal("3: 'sensor.lx' is 'msi'; write tm, etm+ or oli", line),
            line => Assert.StartsWith("4: 'bands.nir' is '0'; ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("5: 'mask.reject-bits' must hold numbers of bits from 0 to 15", line, StringComparison.Ordinal),
            line => Assert.StartsWith("6: 'valid' must be", line, StringComparison.Ordinal),
            line => Assert.Equal("7: 'reflectance' is 'ground'; write surface or toa", line),
            line => Assert.StartsWith(" 'nodata' is missing; ", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("scene: x\nscale: 1\nnodata: 0\nsensor: oli\nbands: {red: 1, nir: 2}", "'scene' must have a group (?<date>")]
    [InlineData("scene: '(?<date>['\nscale: 1\nnodata: 0\nsensor: oli\nbands: {red: 1, nir: 2}", "is no regular expression")]
    [InlineData("scene: '(?<date>\\d+)'\nscale: 1\nnodata: 0\nsensor: msi\nbands: {red: 1, nir: 2}", "'sensor' is 'msi'")]
    [InlineData("scene: '(?<date>\\d+)'\nscale: 1\nnodata: 0\nsensor: oli\nbands: {red: 1}", "at least red and nir")]
    [InlineData("scene: '(?<date>\\d+)'\nscale: 1\nnodata: 0\nsensor: oli\nbands: {red: 1, nir: 0}", "'bands.nir' is '0'")]
    [InlineData("scene: '(?<date>\\d+)'\nscale: 1\nsensor: oli\nbands: {red: 1, nir: 2}", "'nodata' is missing")]
    [InlineData("scene: '(?<date>\\d+)'\nscale: 1\nnodata: 0\nsensor: oli\nbands: {red: 1, nir: 2}\nmask: {band: 3}", "must say which values are clear")]
    [InlineData("scene: '(?<date>\\d+)'\nscale: 1\nnodata: 0\nsensor: oli\nbands: {red: 1, nir: 2}\ncolour: red", "unknown key 'colour'")]
    [InlineData("scene: '(?<date>\\d+)'\nscale: 1\nnodata: 0\nsensor: oli\nvalid: [5, 1]\nbands: {red: 1, nir: 2}", "'valid' must be")]
    public void A_wrong_description_names_its_key(string yaml, string problem)
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch.File("d.yaml"), yaml);
        ConfigurationException e = Assert.Throws<ConfigurationException>(() => StackDescriptionReader.Read(scratch.File("d.yaml")));
        Assert.StartsWith(scratch.File("d.yaml"), e.Message, StringComparison.Ordinal);
        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_description_does_not_fit_is_an_error_that_says_why()
    {
        using var scratch = new ScratchFolder();
        StackDescription stack = StackDescriptionReader.Read("fmask-stack");
        string few = scratch.File("LT50350321984108XXX01_stack.tif");
        Write(few, RasterType.Int16, [Red, Red]);
        Assert.Contains("has 2 bands, but 'Fmask stack' takes red from number 3", Assert.Throws<InputException>(() => SceneReader.Open(few, null, stack)).Message, StringComparison.Ordinal);
        string date = scratch.File("LT50350321984999XXX01_stack.tif");
        Write(date, RasterType.Int16, [.. Enumerable.Repeat(Red, 8)]);
        Assert.Contains("has the date '1984999'", Assert.Throws<InputException>(() => SceneReader.Open(date, null, stack)).Message, StringComparison.Ordinal);
        Assert.Contains("does not match", Assert.Throws<InputException>(() => SceneReader.Open(Repository.Sample("zones", "waters.geojson"), null, stack)).Message, StringComparison.Ordinal);
        Assert.Contains("ready-made", Assert.Throws<ConfigurationException>(() => StackDescriptionReader.Read("sentinel")).Message, StringComparison.Ordinal);
    }

    private static void AssertNdvi(Scene scene, Func<int, int, bool> masked, bool harmonised)
    {
        using var pool = new RasterPool();
        float[] pixels = new float[Size * Size];
        new Observation(scene, scene.Grid, pool, new ObservationOptions()).ReadIndices(new PixelWindow(0, 0, Size, Size), [SpectralIndex.Ndvi], pixels);
        (double ri, double rs) = harmonised ? Harmonisation.Coefficients(BandRole.Red) : (0, 1);
        (double ni, double ns) = harmonised ? Harmonisation.Coefficients(BandRole.Nir) : (0, 1);
        for (int i = 0; i < pixels.Length; i++)
        {
            (int x, int y) = (i % Size, i / Size);
            if (Red(x, y) is < 0 or > 10_000 || masked(x, y))
            {
                Assert.True(float.IsNaN(pixels[i]), $"{x},{y} is {pixels[i]}");
                continue;
            }

            double red = ri + rs * Red(x, y) / 10_000;
            double nir = ni + ns * Nir(x, y) / 10_000;
            Assert.Equal((nir - red) / (nir + red), pixels[i], tolerance: 1e-6);
        }
    }

    private static void Write(string path, RasterType type, IReadOnlyList<Func<int, int, short>> bands)
    {
        using Dataset dataset = Dataset.Create(path, "GTiff", Size, Size, bands.Count, type);
        dataset.GeoTransform = [300_000, 30, 0, 4_900_000, 0, -30];
        using (SpatialReference reference = SpatialReference.Parse("EPSG:32644"))
        {
            dataset.SetSpatialReference(reference);
        }

        for (int band = 0; band < bands.Count; band++)
        {
            short[] pixels = [.. Enumerable.Range(0, Size * Size).Select(i => bands[band](i % Size, i / Size))];
            dataset.Band(band + 1).Write<short>(new PixelWindow(0, 0, Size, Size), pixels);
        }

        dataset.Finish();
    }
}

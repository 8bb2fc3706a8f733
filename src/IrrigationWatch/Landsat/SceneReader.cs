using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>Opens Landsat Collection 2 products of Level 1 and Level 2.</summary>
public static class SceneReader
{
    private const string Contents = "PRODUCT_CONTENTS";
    private const string Image = "IMAGE_ATTRIBUTES";
    private const string Projection = "PROJECTION_ATTRIBUTES";

    // Valid range of surface reflectance, USGS Landsat 8-9 Collection 2 Level 2 Science Product Guide (LSDS-1619).
    private const ushort MinSurfaceDn = 7273;
    private const ushort MaxSurfaceDn = 43636;

    /// <summary>Opens a product and checks that its bands fit together. No pixels are read.</summary>
    /// <param name="path">A folder, its MTL.txt, a .tar, .tar.gz or .tgz, or a <c>/vsi*</c> folder.</param>
    /// <param name="scratch">Folder into which compressed archives are unpacked; null for the system's temporary one.</param>
    /// <returns>The scene.</returns>
    /// <exception cref="InputException">There is no such product, it is damaged, or it is of a kind that is not read.</exception>
    public static Scene Open(string path, string? scratch = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SceneFiles files = SceneFiles.Open(path, scratch);
        try
        {
            return Read(files);
        }
        catch (GdalException e)
        {
            files.Dispose();
            throw files.Unreadable(e);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>The file name of a band as USGS writes it.</summary>
    internal static string FileNameOf(ProductId id, BandRole role)
    {
        string suffix = role switch
        {
            BandRole.QaPixel => "QA_PIXEL",
            BandRole.QaRadsat => "QA_RADSAT",
            _ => string.Create(CultureInfo.InvariantCulture, $"{(id.IsLevel2 ? "SR_B" : "B")}{id.BandNumber(role)}"),
        };
        return $"{id.Text}_{suffix}.TIF";
    }

    private static Scene Read(SceneFiles files)
    {
        string[] metadata = [.. files.Names.Where(name => name.EndsWith("_MTL.txt", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        if (metadata.Length == 0)
        {
            throw new InputException(files.Container, "has no *_MTL.txt; give the folder or archive of one whole Landsat product");
        }

        if (metadata.Length > 1)
        {
            throw new InputException(files.Container, $"holds {metadata.Length} products ({metadata[0]}, {metadata[1]}…); give them one by one");
        }

        string place = $"{files.Container}/{metadata[0]}";
        Mtl mtl = Mtl.Parse(VirtualFileSystem.ReadAllBytes(files.Find(metadata[0])!, limit: 4 << 20), place);
        ProductId id = Identify(mtl, place);
        var bands = new SortedDictionary<BandRole, SceneBand>();
        foreach (BandRole role in Enum.GetValues<BandRole>())
        {
            string name = DeclaredName(mtl, id, role) ?? FileNameOf(id, role);
            string? band = files.Find(name) ?? files.Find(FileNameOf(id, role));
            if (band is not null)
            {
                bands.Add(role, new SceneBand(role, name, band, role >= BandRole.QaPixel ? default : Scaling(mtl, id, role)));
            }
        }

        if (!bands.Keys.Any(role => role < BandRole.QaPixel))
        {
            throw new InputException(files.Container, "holds none of its reflective bands; download the product again");
        }

        return new Scene(files)
        {
            Id = id,
            SensorName = mtl.Find(Image, "SENSOR_ID") ?? id.Sensor.ToString(),
            Time = Acquired(mtl, place),
            Grid = FindGrid(files.Container, mtl, place, bands),
            CloudCover = mtl.FindNumber(Image, "CLOUD_COVER") is double cover and >= 0 ? cover : null,
            SunElevation = mtl.FindNumber(Image, "SUN_ELEVATION"),
            SunAzimuth = mtl.FindNumber(Image, "SUN_AZIMUTH"),
            Bands = bands,
        };
    }

    private static ProductId Identify(Mtl mtl, string place)
    {
        if (mtl.Root != "LANDSAT_METADATA_FILE")
        {
            string? old = mtl.Find("METADATA_FILE_INFO", "LANDSAT_PRODUCT_ID") ?? mtl.Find("METADATA_FILE_INFO", "LANDSAT_SCENE_ID");
            throw old is null
                ? new InputException(place, $"is no Collection 2 metadata (its outermost group is {mtl.Root}); order the product from USGS in Collection 2")
                : Refusal(old, place);
        }

        return ProductId.Parse(mtl.Get(Contents, "LANDSAT_PRODUCT_ID"), place);
    }

    private static InputException Refusal(string id, string place)
    {
        try
        {
            ProductId.Parse(id, place);
        }
        catch (InputException e)
        {
            return e;
        }

        return new InputException(place, $"'{id}' is written in the metadata of an earlier collection; order it from USGS in Collection 2");
    }

    private static string? DeclaredName(Mtl mtl, ProductId id, BandRole role) => role switch
    {
        BandRole.QaPixel => mtl.Find(Contents, "FILE_NAME_QUALITY_L1_PIXEL"),
        BandRole.QaRadsat => mtl.Find(Contents, "FILE_NAME_QUALITY_L1_RADIOMETRIC_SATURATION"),
        _ => mtl.Find(Contents, string.Create(CultureInfo.InvariantCulture, $"FILE_NAME_BAND_{id.BandNumber(role)}")),
    };

    /// <summary>
    /// Level 2: DN × multiplier + offset within the valid range. Level 1: (M × Q + A) / sin(sun elevation), with DN 0 as
    /// fill (USGS, Using the USGS Landsat Level-1 Data Product).
    /// </summary>
    private static BandScaling Scaling(Mtl mtl, ProductId id, BandRole role)
    {
        string group = id.IsLevel2 ? "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS" : "LEVEL1_RADIOMETRIC_RESCALING";
        string band = id.BandNumber(role).ToString(CultureInfo.InvariantCulture);
        double multiplier = mtl.GetNumber(group, "REFLECTANCE_MULT_BAND_" + band);
        double offset = mtl.GetNumber(group, "REFLECTANCE_ADD_BAND_" + band);
        if (id.IsLevel2)
        {
            return new BandScaling(multiplier, offset, MinSurfaceDn, MaxSurfaceDn);
        }

        double sine = Math.Sin(mtl.GetNumber(Image, "SUN_ELEVATION") * (Math.PI / 180));
        return new BandScaling(multiplier / sine, offset / sine, 1, ushort.MaxValue);
    }

    private static DateTimeOffset Acquired(Mtl mtl, string place)
    {
        string day = mtl.Get(Image, "DATE_ACQUIRED");
        string time = mtl.Find(Image, "SCENE_CENTER_TIME") ?? "00:00:00Z";
        return DateTimeOffset.TryParse($"{day}T{time.TrimEnd('Z', 'z')}Z", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset result)
            ? result
            : throw new InputException(place, $"has DATE_ACQUIRED = '{day}' and SCENE_CENTER_TIME = '{time}', which is no time; download it again");
    }

    private static Grid FindGrid(string container, Mtl mtl, string place, IReadOnlyDictionary<BandRole, SceneBand> bands)
    {
        Grid? grid = null;
        SceneBand? first = null;
        foreach (SceneBand band in bands.Values)
        {
            using Dataset dataset = Dataset.Open(band.Path);
            if (first is null)
            {
                first = band;
                using SpatialReference? reference = dataset.GetSpatialReference();
                grid = reference is not null && dataset.GeoTransform is not null
                    ? Grid.Of(dataset)
                    : FromMetadata(mtl, place, container, dataset);
            }
            else if (dataset.Width != grid!.Width || dataset.Height != grid.Height)
            {
                throw new InputException(container, $"{band.FileName} has {dataset.Width} × {dataset.Height} pixels but {first.FileName} has {grid.Width} × {grid.Height}; download the product again");
            }
        }

        return grid!;
    }

    /// <summary>Cut-outs written without georeference say in the MTL where their corners' pixel centres lie.</summary>
    private static Grid FromMetadata(Mtl mtl, string place, string container, Dataset dataset)
    {
        if (mtl.Get(Projection, "MAP_PROJECTION") != "UTM")
        {
            throw new InputException(place, "its bands have no georeference and the map projection is not UTM; georeference the bands");
        }

        int zone = (int)mtl.GetNumber(Projection, "UTM_ZONE");
        double size = mtl.GetNumber(Projection, "GRID_CELL_SIZE_REFLECTIVE");
        double columns = mtl.GetNumber(Projection, "REFLECTIVE_SAMPLES");
        double rows = mtl.GetNumber(Projection, "REFLECTIVE_LINES");
        if (columns != dataset.Width || rows != dataset.Height)
        {
            throw new InputException(container, $"its bands have no georeference, and their {dataset.Width} × {dataset.Height} pixels are not the {columns} × {rows} of the metadata; download the product again");
        }

        double left = mtl.GetNumber(Projection, "CORNER_UL_PROJECTION_X_PRODUCT") - size / 2;
        double top = mtl.GetNumber(Projection, "CORNER_UL_PROJECTION_Y_PRODUCT") + size / 2;
        return new Grid(string.Create(CultureInfo.InvariantCulture, $"EPSG:{32600 + zone}"), left, top, size, size, dataset.Width, dataset.Height);
    }
}

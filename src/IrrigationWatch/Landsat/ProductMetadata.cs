using System.Globalization;
using IrrigationWatch.Kernels;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>What the metadata of a product say of it, whichever kind of file they stand in.</summary>
public sealed record ProductMetadata
{
    // Valid range of surface reflectance, USGS Landsat 8-9 Collection 2 Level 2 Science Product Guide (LSDS-1619).
    private const ushort MinSurfaceDn = 7273;
    private const ushort MaxSurfaceDn = 43636;

    private const string Contents = "PRODUCT_CONTENTS";
    private const string Image = "IMAGE_ATTRIBUTES";
    private const string Projection = "PROJECTION_ATTRIBUTES";

    /// <summary>The identity of the product.</summary>
    public required ProductId Id { get; init; }

    /// <summary>Where it was read: <c>MTL.txt</c>, <c>MTL.json</c>, <c>MTL.xml</c>, <c>STAC</c>, <c>file names</c> or <c>stack</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Time of the scene's centre, UTC, to the millisecond; midnight where only the day is known.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Cloud cover of the whole scene in percent, or null where it is not known.</summary>
    public double? CloudCover { get; init; }

    /// <summary>Sun elevation at the scene's centre in degrees, or null where it is not known.</summary>
    public double? SunElevation { get; init; }

    /// <summary>Sun azimuth at the scene's centre in degrees, or null where it is not known.</summary>
    public double? SunAzimuth { get; init; }

    /// <summary>Where the reflective bands lie as the metadata say, or null where they do not.</summary>
    public Grid? Grid { get; init; }

    /// <summary>Names of the bands' files.</summary>
    public IReadOnlyDictionary<BandRole, string> Files { get; init; } = new Dictionary<BandRole, string>();

    /// <summary>Bands whose files the metadata name themselves, so that the product was made with them.</summary>
    public IReadOnlySet<BandRole> Declared { get; init; } = new HashSet<BandRole>();

    /// <summary>From DN to reflectance of each reflective band.</summary>
    public IReadOnlyDictionary<BandRole, BandScaling> Scaling { get; init; } = new Dictionary<BandRole, BandScaling>();

    /// <summary>Surface reflectance of Collection 2 Level 2 and ARD: 0.0000275 × DN − 0.2, valid from 7273 to 43636 (USGS LSDS-1618, LSDS-1619).</summary>
    public static BandScaling SurfaceReflectance { get; } = new(0.0000275, -0.2, MinSurfaceDn, MaxSurfaceDn);

    /// <summary>True for Landsat 7 after the scan line corrector failed on 31 May 2003: gap stripes are unobserved.</summary>
    public bool IsSlcOff => Id.Sensor == Sensor.EtmPlus && Id.Acquired > new DateOnly(2003, 5, 31);

    /// <summary>True when nothing is missing that only the MTL could tell: the time of day, and the scaling of Level 1.</summary>
    internal bool IsComplete => Time.TimeOfDay != TimeSpan.Zero && (Id.IsLevel2 || Scaling.Count > 0);

    /// <summary>Reads the metadata of an MTL.</summary>
    /// <param name="mtl">The MTL.</param>
    /// <param name="source">Its kind, for example <c>MTL.txt</c>.</param>
    /// <returns>The metadata.</returns>
    /// <exception cref="InputException">It is of an earlier collection, of a product that is not read, or lacks a value.</exception>
    public static ProductMetadata FromMtl(Mtl mtl, string source)
    {
        ArgumentNullException.ThrowIfNull(mtl);
        ProductId id = Identify(mtl);
        var files = new SortedDictionary<BandRole, string>();
        var declared = new SortedSet<BandRole>();
        var scaling = new SortedDictionary<BandRole, BandScaling>();
        foreach (BandRole role in BandRoles.Of(id))
        {
            string? name = DeclaredName(mtl, id, role);
            files.Add(role, name ?? FileNameOf(id, role));
            if (name is not null)
            {
                declared.Add(role);
            }

            if (role.IsReflective())
            {
                scaling.Add(role, ScalingOf(mtl, id, role));
            }
        }

        DateTimeOffset time = Acquired(mtl);
        if (DateOnly.FromDateTime(time.UtcDateTime) != id.Acquired)
        {
            throw new InputException(mtl.File, string.Create(CultureInfo.InvariantCulture, $"has DATE_ACQUIRED = {time:yyyy-MM-dd}, but is of {id.Text}; the file is damaged, download it again"));
        }

        return new ProductMetadata
        {
            Id = id,
            Source = source,
            Time = time,
            CloudCover = mtl.FindNumber(Image, "CLOUD_COVER") is double cover and >= 0 ? cover : null,
            SunElevation = mtl.FindNumber(Image, "SUN_ELEVATION"),
            SunAzimuth = mtl.FindNumber(Image, "SUN_AZIMUTH"),
            Grid = DeclaredGrid(mtl),
            Files = files,
            Declared = declared,
            Scaling = scaling,
        };
    }

    /// <summary>What the identifier alone tells, for products whose metadata were lost.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="place">The product, for the error.</param>
    /// <returns>The metadata.</returns>
    /// <exception cref="InputException">The product is of Level 1, whose scaling stands in the MTL alone.</exception>
    public static ProductMetadata FromId(ProductId id, string place)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!id.IsLevel2)
        {
            throw new InputException(place, $"{id} has no metadata (*_MTL.txt, .json or .xml), without which the numbers of Level 1 are no reflectance; download its MTL and put it beside the bands");
        }

        return new ProductMetadata
        {
            Id = id,
            Source = "file names",
            Time = new DateTimeOffset(id.Acquired, TimeOnly.MinValue, TimeSpan.Zero),
            Files = BandRoles.Of(id).ToDictionary(role => role, role => FileNameOf(id, role)),
            Scaling = BandRoles.Of(id).Where(role => role.IsReflective()).ToDictionary(role => role, _ => SurfaceReflectance),
        };
    }

    /// <summary>Time to the millisecond, which all kinds of metadata have in common.</summary>
    internal static DateTimeOffset ToMilliseconds(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);

    /// <summary>The file name of a band as USGS writes it.</summary>
    /// <param name="id">The product.</param>
    /// <param name="role">The band.</param>
    /// <returns>For example <c>LC08_L2SP_017036_20130419_20200913_02_T2_SR_B4.TIF</c>.</returns>
    public static string FileNameOf(ProductId id, BandRole role)
    {
        ArgumentNullException.ThrowIfNull(id);
        return $"{id.Text}_{SuffixOf(id, role)}.TIF";
    }

    /// <summary>What the file name of a band ends with, without its extension.</summary>
    internal static string SuffixOf(ProductId id, BandRole role) => role switch
    {
        BandRole.QaPixel => "QA_PIXEL",
        BandRole.QaRadsat => "QA_RADSAT",
        BandRole.CloudQa => "SR_CLOUD_QA",
        BandRole.AerosolQa => "SR_QA_AEROSOL",
        BandRole.SolarZenith => "SZA",
        _ => string.Create(CultureInfo.InvariantCulture, $"{(id.IsLevel2 ? "SR_B" : "B")}{id.BandNumber(role)}"),
    };

    private static ProductId Identify(Mtl mtl)
    {
        if (mtl.IsCollectionTwo)
        {
            return ProductId.Parse(mtl.Get(Contents, "LANDSAT_PRODUCT_ID"), mtl.File);
        }

        string? old = mtl.Find("METADATA_FILE_INFO", "LANDSAT_PRODUCT_ID") ?? mtl.Find("METADATA_FILE_INFO", "LANDSAT_SCENE_ID") ?? mtl.Find("global_metadata", "product_id");
        if (mtl.Find("PRODUCT_METADATA", "SENSOR_ID") == "MSS" || mtl.Find("global_metadata", "instrument") == "MSS")
        {
            throw new InputException(mtl.File, $"{(old is null ? string.Empty : $"'{old}' ")}{ProductId.IsMss}");
        }

        if (old is null)
        {
            throw new InputException(mtl.File, $"is no Collection 2 metadata (its outermost group is {mtl.Root}); order the product from USGS in Collection 2");
        }

        _ = ProductId.Parse(old, mtl.File);
        throw new InputException(mtl.File, $"'{old}' is written in the metadata of an earlier collection; order it from USGS in Collection 2");
    }

    private static string? DeclaredName(Mtl mtl, ProductId id, BandRole role) => mtl.Find(Contents, role switch
    {
        BandRole.QaPixel => "FILE_NAME_QUALITY_L1_PIXEL",
        BandRole.QaRadsat => "FILE_NAME_QUALITY_L1_RADIOMETRIC_SATURATION",
        BandRole.CloudQa => "FILE_NAME_QUALITY_L2_SURFACE_REFLECTANCE_CLOUD",
        BandRole.AerosolQa => "FILE_NAME_QUALITY_L2_AEROSOL",
        BandRole.SolarZenith => "FILE_NAME_ANGLE_SOLAR_ZENITH_BAND_4",
        _ => string.Create(CultureInfo.InvariantCulture, $"FILE_NAME_BAND_{id.BandNumber(role)}"),
    });

    /// <summary>
    /// Level 2: DN × multiplier + offset within the valid range. Level 1: (M × Q + A) / sin(sun elevation), with DN 0 as
    /// fill (USGS, Using the USGS Landsat Level-1 Data Product).
    /// </summary>
    private static BandScaling ScalingOf(Mtl mtl, ProductId id, BandRole role)
    {
        string group = id.IsLevel2 ? "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS" : "LEVEL1_RADIOMETRIC_RESCALING";
        string band = id.BandNumber(role).ToString(CultureInfo.InvariantCulture);
        double multiplier = mtl.GetNumber(group, "REFLECTANCE_MULT_BAND_" + band);
        double offset = mtl.GetNumber(group, "REFLECTANCE_ADD_BAND_" + band);
        if (id.IsLevel2)
        {
            ProductConsistency.CheckScaling(mtl, (group, group), band, multiplier, offset);
            return new BandScaling(multiplier, offset, MinSurfaceDn, MaxSurfaceDn);
        }

        ProductConsistency.CheckScaling(mtl, ("LEVEL1_MIN_MAX_REFLECTANCE", "LEVEL1_MIN_MAX_PIXEL_VALUE"), band, multiplier, offset);
        double elevation = mtl.GetNumber(Image, "SUN_ELEVATION");
        if (elevation <= 0)
        {
            throw new InputException(mtl.File, string.Create(CultureInfo.InvariantCulture, $"was taken with the sun at {elevation:0.##}° below the horizon, so it has no reflectance; leave it out"));
        }

        double sine = Math.Sin(elevation * (Math.PI / 180));
        return new BandScaling(multiplier / sine, offset / sine, 1, ushort.MaxValue);
    }

    private static DateTimeOffset Acquired(Mtl mtl)
    {
        string day = mtl.Get(Image, "DATE_ACQUIRED");
        string time = mtl.Find(Image, "SCENE_CENTER_TIME") ?? "00:00:00Z";
        return DateTimeOffset.TryParse($"{day}T{time.TrimEnd('Z', 'z')}Z", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset result)
            ? ToMilliseconds(result)
            : throw new InputException(mtl.File, $"has DATE_ACQUIRED = '{day}' and SCENE_CENTER_TIME = '{time}', which is no time; download it again");
    }

    /// <summary>The MTL gives the pixel centres of the corners; null where it has no UTM grid.</summary>
    private static Grid? DeclaredGrid(Mtl mtl)
    {
        if (mtl.Find(Projection, "MAP_PROJECTION") != "UTM"
            || mtl.FindNumber(Projection, "UTM_ZONE") is not double zone
            || mtl.FindNumber(Projection, "GRID_CELL_SIZE_REFLECTIVE") is not double size
            || mtl.FindNumber(Projection, "REFLECTIVE_SAMPLES") is not double columns
            || mtl.FindNumber(Projection, "REFLECTIVE_LINES") is not double rows
            || mtl.FindNumber(Projection, "CORNER_UL_PROJECTION_X_PRODUCT") is not double x
            || mtl.FindNumber(Projection, "CORNER_UL_PROJECTION_Y_PRODUCT") is not double y
            || zone is not (>= 1 and <= 60) || size <= 0 || columns is not (>= 1 and <= Grid.MostPixelsPerSide) || rows is not (>= 1 and <= Grid.MostPixelsPerSide))
        {
            return null;
        }

        return new Grid(string.Create(CultureInfo.InvariantCulture, $"EPSG:{32600 + (int)zone}"), x - size / 2, y + size / 2, size, size, (int)columns, (int)rows);
    }
}

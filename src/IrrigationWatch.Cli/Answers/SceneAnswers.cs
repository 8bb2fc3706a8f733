using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Cli.Answers;

/// <summary>A product, as <c>scene info</c> tells of it.</summary>
internal sealed record SceneAnswer(
    [Description("The path or address it was opened by."), MinLength(1)] string Path,
    [Description("USGS's product identifier; for a stack the name of its file or folder."), MinLength(1)] string ProductId,
    [Description("A scene of WRS-2, a tile of U.S. ARD, or a stack read by a description."), AllowedValues("scene", "ard-tile", "stack")] string Kind,
    [Description("LANDSAT alone where a stack does not say which."), AllowedValues("LANDSAT_4", "LANDSAT_5", "LANDSAT_7", "LANDSAT_8", "LANDSAT_9", "LANDSAT")] string Platform,
    [AllowedValues("TM", "ETM", "OLI", "OLI_TIRS")] string Sensor,
    [Description("Processing level; SR or TOA for stacks."), AllowedValues("L1TP", "L1GT", "L1GS", "L2SP", "L2SR", "ARD", "SR", "TOA")] string Level,
    [Description("Collection category; null for ARD and stacks."), AllowedValues("T1", "T2", "RT", null)] string? Tier,
    [Description("Time of the scene's centre, UTC; midnight where only the day is known."), RegularExpression(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")] string Acquired,
    [Description("Day of processing."), RegularExpression(@"^\d{4}-\d{2}-\d{2}$")] string? Processed,
    [Description("WRS-2 path; null for tiles and stacks."), Range(1, 233)] int? WrsPath,
    [Description("WRS-2 row; null for tiles and stacks."), Range(1, 248)] int? WrsRow,
    [Description("Path and row as in the identifier, region and tile of ARD, or what a stack says.")] string? Tile,
    [Description("Where the metadata were read."), AllowedValues("MTL.txt", "MTL.json", "MTL.xml", "STAC", "file names", "stack")] string Metadata,
    [Description("An authority code such as EPSG:32644, or WKT; null, as the next four, where the bands are not there and the metadata name no UTM grid."), MinLength(1)] string? Crs,
    [Description("Columns of the reflective bands."), Range(1, int.MaxValue)] int? Width,
    [Description("Rows of the reflective bands."), Range(1, int.MaxValue)] int? Height,
    [Description("Width and height of a pixel in units of the CRS, both above 0."), Length(2, 2)] double[]? PixelSize,
    [Description("X and Y of the upper left corner of the upper left pixel."), Length(2, 2)] double[]? UpperLeft,
    [Description("Percent of the scene; null where it is not known."), Range(0.0, 100.0)] double? CloudCover,
    [Description("Degrees at the scene's centre."), Range(-90.0, 90.0)] double? SunElevation,
    [Description("Degrees at the scene's centre, clockwise from north."), Range(-180.0, 360.0)] double? SunAzimuth,
    [Description("Landsat 7 after 31 May 2003: gap stripes are unobserved.")] bool SlcOff,
    [Description("Bands that were found: reflective bands by the field's names; quality and angle bands by USGS's names; mask is the mask band of a stack."), AllowedValues("blue", "green", "red", "nir", "swir1", "swir2", "qa_pixel", "qa_radsat", "sr_cloud_qa", "sr_qa_aerosol", "sza", "mask")] string[] Bands,
    [Description("Bands that a whole product of this sensor and level has and this one lacks; all of them, with a warning, where only the metadata are there."), AllowedValues("blue", "green", "red", "nir", "swir1", "swir2", "qa_pixel", "qa_radsat", "sr_cloud_qa", "sr_qa_aerosol", "sza", "mask")] string[] Missing);

/// <summary>What <c>index</c> and <c>ndvi</c> wrote.</summary>
internal sealed record IndexAnswer(
    [Description("The raster that was written.")] string File,
    [Description("The index in lower case.")] string Index,
    string ProductId,
    [Description("False where clouds and shadows are not masked, for want of a quality band or because it was asked for.")] bool CloudsMasked,
    [Description("Pixels of the scene.")] long Pixels,
    [Description("Pixels with a value.")] long Observed,
    [Description("Null where nothing was observed.")] double? Mean,
    double? Minimum,
    double? Maximum);

/// <summary>What <c>composite</c> wrote.</summary>
internal sealed record CompositeAnswer(
    [Description("The feature stack that was written.")] string File,
    int Year,
    [Description("First and last day of the year."), Length(2, 2)] string[] YearSpan,
    [Description("Product ids of the scenes of the year.")] string[] Scenes,
    [Description("Names of the bands.")] string[] Features,
    [Description("The analysis grid and why it was chosen.")] string Grid,
    [Description("Products that could not be read.")] SkippedAnswer[] Skipped);

/// <summary>Something that was left out.</summary>
internal sealed record SkippedAnswer(string Path, [Description("What is wrong and what to do about it.")] string Cause)
{
    internal static SkippedAnswer[] Of(IEnumerable<SkippedScene> scenes) => [.. scenes.Select(scene => new SkippedAnswer(scene.Path, scene.Cause))];
}

/// <summary>A ready-made description of stacks.</summary>
internal sealed record StackAnswer([Description("The name to give to --stack.")] string Name, string Title, [Description("The description, YAML.")] string Description);

/// <summary>What <c>catalogue add</c> did.</summary>
internal sealed record CatalogueAddAnswer([Description("The catalogue's file.")] string Catalogue, [Description("Products that were found.")] int Found, int Added, int Changed, int Unchanged, [Description("Products that cannot be used.")] SkippedAnswer[] Skipped);

/// <summary>A product of a catalogue; of one that could not be opened the path and the error are known.</summary>
internal sealed record CataloguedAnswer(
    string Path,
    string? ProductId,
    string? Platform,
    string? Sensor,
    string? Level,
    string? Tier,
    [Description("Time of the scene's centre, UTC.")] string? Acquired,
    int? WrsPath,
    int? WrsRow,
    string? Tile,
    [Description("Percent of the scene.")] double? CloudCover,
    bool? HasQa,
    string? Crs,
    [Description("West, south, east, north in degrees."), Length(4, 4)] double[]? Bbox,
    [Description("The description by which a stack is read.")] string? Stack,
    string? Fingerprint,
    [Description("When every block was last read without a fault.")] string? Verified,
    [Description("Why it cannot be used; null for one that can.")] string? Error);

/// <summary>What <c>catalogue verify</c> found.</summary>
internal sealed record VerifyAnswer([Description("Products that are whole.")] int Verified, DamageAnswer[] Damaged);

/// <summary>A damaged file of a product.</summary>
internal sealed record DamageAnswer(string Path, string File, string Cause, [Description("False for a file that nothing is computed from.")] bool Used);

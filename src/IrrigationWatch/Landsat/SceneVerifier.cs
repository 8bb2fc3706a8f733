using System.Globalization;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Landsat;

/// <summary>Reads every block of every raster of a scene, compares the checksums that came with it, and says which files are damaged.</summary>
public static class SceneVerifier
{
    private static readonly string[] Rasters = [".TIF", ".TIFF", ".gtif", ".img", ".dat", ".bsq", ".bil", ".bip", ".vrt", ".jp2"];

    /// <summary>Reads the rasters of a scene, those that are not used here included where the container holds them open.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="cancel">Stops between rows of blocks.</param>
    /// <returns>The damaged files, by name, each with its first damage.</returns>
    public static IReadOnlyList<FileDamage> Verify(Scene scene, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var used = scene.Bands.Values.Select(band => band.Path).ToHashSet(StringComparer.Ordinal);
        var damages = new List<FileDamage>();
        foreach (ContainedFile file in scene.Files.Where(file => used.Contains(file.Path) || Array.Exists(Rasters, ending => file.FileName.EndsWith(ending, StringComparison.OrdinalIgnoreCase))).OrderBy(file => file.FileName, StringComparer.Ordinal))
        {
            if (Damage(file, cancel) is string cause)
            {
                damages.Add(new FileDamage(file.FileName, cause, used.Contains(file.Path)));
            }
        }

        var named = damages.Select(damage => damage.File).ToHashSet(StringComparer.Ordinal);
        damages.AddRange(ProductChecksums.Verify(scene, cancel).Where(damage => named.Add(damage.File)));
        // What USGS delivers is whole; what was cut out of it may lack bands, and is used without them.
        damages.AddRange(scene.Missing.Where(scene.Metadata.Declared.Contains).Select(role => new FileDamage(scene.Metadata.Files[role], "is named by the metadata, and is not there", false)));
        return damages;
    }

    private static string? Damage(ContainedFile file, CancellationToken cancel)
    {
        string place = "its header";
        try
        {
            using Dataset dataset = Dataset.Open(file.Path);
            for (int number = 1; number <= dataset.BandCount; number++)
            {
                Band band = dataset.Band(number);
                byte[] pixels = new byte[band.BlockWidth * band.BlockHeight * RasterTypes.SizeOf(band.Type)];
                for (int y = 0; y * band.BlockHeight < dataset.Height; y++)
                {
                    cancel.ThrowIfCancellationRequested();
                    for (int x = 0; x * band.BlockWidth < dataset.Width; x++)
                    {
                        place = string.Create(CultureInfo.InvariantCulture, $"band {number}, block {x},{y} (columns from {x * band.BlockWidth}, rows from {y * band.BlockHeight})");
                        band.ReadBlockBytes(x, y, pixels);
                    }
                }
            }

            return null;
        }
        catch (GdalException e)
        {
            string reason = e.Reason.Replace(file.Path, file.FileName, StringComparison.Ordinal).TrimEnd('.');
            // What is wrong with a block is said with its place already.
            return reason.StartsWith("band ", StringComparison.Ordinal) ? reason : $"{place} cannot be read ({reason})";
        }
    }
}

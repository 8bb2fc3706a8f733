using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>A class map that is open for reading. One thread at a time.</summary>
public sealed class OpenClassMap : IDisposable
{
    private OpenClassMap(Dataset dataset, MapSource map)
    {
        Dataset = dataset;
        Map = map;
        Grid = Grid.Of(dataset);
        Reader = LayerReader.Of(dataset, map.Layer);
    }

    /// <summary>The map.</summary>
    public MapSource Map { get; }

    /// <summary>Where it lies.</summary>
    public Grid Grid { get; }

    /// <summary>Its file.</summary>
    internal Dataset Dataset { get; }

    /// <summary>Reads its values.</summary>
    internal LayerReader Reader { get; }

    /// <summary>Rows of a block of the file.</summary>
    internal int BlockHeight => Dataset.Band(Reader.Number).BlockHeight;

    /// <summary>Its year.</summary>
    /// <exception cref="InputException">Nothing says it, or several years could be meant.</exception>
    internal int Year => Map.Year ?? MapYear.Of(Dataset, Reader.Number, Map.Path).Year;

    /// <summary>Opens a map.</summary>
    /// <param name="map">The map.</param>
    /// <returns>The open map.</returns>
    /// <exception cref="InputException">There is no such file, it is no raster, lies nowhere, or holds several and none was named.</exception>
    public static OpenClassMap Open(MapSource map)
    {
        ArgumentNullException.ThrowIfNull(map);
        Dataset dataset = AreaCalculation.OpenMap(map.Path);
        try
        {
            return new OpenClassMap(dataset, map);
        }
        catch
        {
            dataset.Dispose();
            throw;
        }
    }

    /// <summary>Refuses classes of a value that the map declares as nodata: none of their land would ever be counted.</summary>
    /// <param name="classes">The classes.</param>
    /// <exception cref="InputException">A class has such a value.</exception>
    public void MustHold(IEnumerable<ClassValues> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        foreach (ClassValues one in classes)
        {
            if (one.Values.Where(Reader.IsMissing).Select(value => (double?)value).FirstOrDefault() is double value)
            {
                throw new InputException(Map.Path, Map.Layer.Missing.Named.Count > 0
                    ? string.Create(CultureInfo.InvariantCulture, $"is to be read with {value} as a nodata value, which is a value of class '{one.Name}' too; leave it out of --nodata, or out of the class")
                    : string.Create(CultureInfo.InvariantCulture, $"has {value} as its nodata value, which is a value of class '{one.Name}' too; give --nodata none where these pixels were observed, or leave the value out of the class"));
            }
        }
    }

    /// <summary>Reads a window: values by the file's scale and offset, NaN where nothing was observed.</summary>
    /// <param name="window">Which pixels.</param>
    /// <param name="values">Receives them row by row.</param>
    /// <exception cref="InputException">The map cannot be read.</exception>
    public void Read(PixelWindow window, Span<double> values) => Reader.Read(Dataset, window, values);

    /// <summary>Closes the file.</summary>
    public void Dispose() => Dataset.Dispose();
}

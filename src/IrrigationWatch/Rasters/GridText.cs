using System.Text.Json;

namespace IrrigationWatch.Rasters;

/// <summary>A grid as a line of JSON: CRS, left, top, pixel width, pixel height, columns, rows.</summary>
internal static class GridText
{
    internal static string Format(Grid grid) => JsonSerializer.Serialize(new object[] { grid.Crs, grid.Left, grid.Top, grid.PixelWidth, grid.PixelHeight, grid.Width, grid.Height });

    /// <exception cref="JsonException">It is none.</exception>
    internal static Grid Parse(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        JsonElement values = document.RootElement;
        return new Grid(values[0].GetString()!, values[1].GetDouble(), values[2].GetDouble(), values[3].GetDouble(), values[4].GetDouble(), values[5].GetInt32(), values[6].GetInt32());
    }
}

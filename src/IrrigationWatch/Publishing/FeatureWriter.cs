using System.Text.Encodings.Web;
using System.Text.Json;

namespace IrrigationWatch.Publishing;

/// <summary>Writes features as GeoJSON as they come, as one collection or one a line.</summary>
internal sealed class FeatureWriter : IDisposable
{
    private const int FlushBytes = 1 << 16;

    private readonly Stream stream;
    private readonly bool newlineDelimited;
    private readonly Utf8JsonWriter json;

    internal FeatureWriter(Stream stream, bool newlineDelimited)
    {
        this.stream = stream;
        this.newlineDelimited = newlineDelimited;
        // What is written here is well-formed by the way it is written; checks would take a third of the time.
        json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        if (!newlineDelimited)
        {
            json.WriteStartObject();
            json.WriteString("type", "FeatureCollection");
            json.WriteStartArray("features");
        }
    }

    /// <summary>Adds a feature.</summary>
    /// <param name="id">Its stable identifier.</param>
    /// <param name="geometry">Writes its geometry as one value.</param>
    /// <param name="properties">Writes its properties.</param>
    internal void Add(string id, Action<Utf8JsonWriter> geometry, Action<Utf8JsonWriter> properties)
    {
        json.WriteStartObject();
        json.WriteString("type", "Feature");
        json.WriteString("id", id);
        json.WritePropertyName("geometry");
        geometry(json);
        json.WriteStartObject("properties");
        properties(json);
        json.WriteEndObject();
        json.WriteEndObject();
        if (newlineDelimited)
        {
            json.Flush();
            json.Reset();
            stream.WriteByte((byte)'\n');
        }
        else if (json.BytesPending > FlushBytes)
        {
            json.Flush();
        }
    }

    /// <summary>Ends the collection.</summary>
    internal void Finish()
    {
        if (!newlineDelimited)
        {
            json.WriteEndArray();
            json.WriteEndObject();
            json.Flush();
        }
    }

    public void Dispose() => json.Dispose();
}

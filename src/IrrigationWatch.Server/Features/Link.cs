using System.Text.Json;
using System.Text.Json.Nodes;

namespace IrrigationWatch.Server.Features;

/// <summary>A link to another address (RFC 8288).</summary>
/// <param name="Href">The address.</param>
/// <param name="Relation">What it is to this one.</param>
/// <param name="MediaType">What is found there.</param>
/// <param name="Title">What it is called.</param>
internal sealed record Link(string Href, string Relation, string MediaType, string Title)
{
    internal JsonObject ToJson() => new() { ["href"] = Href, ["rel"] = Relation, ["type"] = MediaType, ["title"] = Title };

    internal static JsonArray ToJson(IEnumerable<Link> links) => new([.. links.Select(link => link.ToJson())]);

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("href", Href);
        json.WriteString("rel", Relation);
        json.WriteString("type", MediaType);
        json.WriteString("title", Title);
        json.WriteEndObject();
    }
}

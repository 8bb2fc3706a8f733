using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.TestSupport;
using Json.Schema;

namespace IrrigationWatch.Acceptance;

/// <summary>The published schemas, each under its own address.</summary>
internal sealed class SchemaSet
{
    internal const string GeoParquet = "https://geoparquet.org/schema.json";

    private readonly Dictionary<string, JsonSchema> schemas = new(StringComparer.Ordinal);

    internal SchemaSet()
    {
        var options = new BuildOptions { SchemaRegistry = new SchemaRegistry() };
        var documents = Directory.GetFiles(Path.Combine(Repository.Root, "tests", "schemas"), "*.json", SearchOption.AllDirectories)
            .Select(file => JsonNode.Parse(File.ReadAllText(file))!)
            .ToDictionary(node => node["$id"]?.GetValue<string>().TrimEnd('#') ?? GeoParquet);
        // The schema that is published is that of the draft after 1.1; a file says the version it keeps to.
        documents[GeoParquet]["properties"]!["version"]!["const"] = "1.1.0";
        // A CRS is written by no file here: any will do.
        documents["https://proj.org/schemas/v0.7/projjson.schema.json"] = new JsonObject();
        foreach ((string id, JsonNode node) in documents.OrderBy(pair => pair.Value.ToJsonString().Contains("\"$ref\":\"", StringComparison.Ordinal)))
        {
            schemas[id] = JsonSchema.FromText(node.ToJsonString(), options, new Uri(id));
        }
    }

    internal bool IsValid(string id, string text, out string errors)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        EvaluationResults results = schemas[id].Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        errors = string.Join("; ", (results.Details ?? []).Where(detail => detail.Errors is not null).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}")).Take(8));
        return results.IsValid;
    }
}

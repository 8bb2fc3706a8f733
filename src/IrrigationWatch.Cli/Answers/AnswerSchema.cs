using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;

namespace IrrigationWatch.Cli.Answers;

/// <summary>The JSON Schema of what a command answers with <c>--json</c>, made from the record that is written.</summary>
internal static class AnswerSchema
{
    private static readonly JsonSchemaExporterOptions Exporter = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };

    /// <summary>What each command answers: one form, or one of several.</summary>
    internal static IReadOnlyDictionary<string, Type[]> Forms { get; } = new SortedDictionary<string, Type[]>(StringComparer.Ordinal)
    {
        ["area"] = [typeof(AreaAnswer[])],
        ["assess"] = [typeof(AssessAnswer)],
        ["catalogue add"] = [typeof(CatalogueAddAnswer)],
        ["catalogue list"] = [typeof(CataloguedAnswer[])],
        ["catalogue verify"] = [typeof(VerifyAnswer)],
        ["change"] = [typeof(ChangeAnswer)],
        ["chart"] = [typeof(PictureAnswer)],
        ["classify"] = [typeof(ClassifyAnswer)],
        ["composite"] = [typeof(CompositeAnswer)],
        ["doctor"] = [typeof(DoctorAnswer)],
        ["index"] = [typeof(IndexAnswer)],
        ["init"] = [typeof(InitAnswer)],
        ["map"] = [typeof(PictureAnswer)],
        ["ndvi"] = [typeof(IndexAnswer)],
        ["plan"] = [typeof(PlanAnswer)],
        ["polygons"] = [typeof(PolygonsAnswer)],
        ["quicklook"] = [typeof(PictureAnswer)],
        ["reduce"] = [typeof(RunAnswer), typeof(StageAnswer)],
        ["report"] = [typeof(ReportAnswer)],
        ["run"] = [typeof(RunAnswer)],
        ["sample"] = [typeof(SampleAnswer)],
        ["scene info"] = [typeof(SceneAnswer[])],
        ["schema"] = [typeof(string[])],
        ["serve"] = [typeof(ServeAnswer)],
        ["stack"] = [typeof(StackAnswer[])],
        ["status"] = [typeof(StatusAnswer)],
        ["train"] = [typeof(TrainAnswer)],
        ["work"] = [typeof(WorkAnswer)],
    };

    /// <summary>The schema of a command's answer as text.</summary>
    /// <param name="command">The words of the command, as <c>scene info</c>.</param>
    internal static string Of(string command)
    {
        JsonNode[] forms = [.. Forms[command].Select(type => Answer.Options.GetJsonSchemaAsNode(type, Exporter))];
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = $"Answer of 'irrigationwatch {command} --json'",
        };
        if (forms.Length > 1)
        {
            // References of an exported schema begin at its own root.
            schema["oneOf"] = new JsonArray([.. forms.Select((form, i) => Move(form, $"#/oneOf/{i}"))]);
        }
        else
        {
            foreach ((string key, JsonNode? value) in forms[0].AsObject().ToArray())
            {
                forms[0].AsObject().Remove(key);
                schema[key] = value;
            }
        }

        return schema.ToJsonString(Answer.Options) + "\n";
    }

    private static JsonNode Move(JsonNode schema, string root)
    {
        foreach (JsonObject node in Below(schema).OfType<JsonObject>().Where(node => node["$ref"] is not null).ToArray())
        {
            node["$ref"] = root + ((string)node["$ref"]!)[1..];
        }

        return schema;
    }

    private static IEnumerable<JsonNode> Below(JsonNode node) =>
        [node, .. (node is JsonObject json ? json.Select(pair => pair.Value) : node is JsonArray list ? list : Enumerable.Empty<JsonNode?>()).OfType<JsonNode>().SelectMany(Below)];

    /// <summary>All members are always there and no others are; what attributes say of a member is said of its values.</summary>
    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode node)
    {
        if (node is not JsonObject schema)
        {
            return node;
        }

        if (schema["properties"] is JsonObject properties)
        {
            schema["required"] = new JsonArray([.. properties.Select(property => (JsonNode)property.Key)]);
            schema["additionalProperties"] = false;
        }

        ICustomAttributeProvider? source = context.PropertyInfo is null ? context.TypeInfo.Type : context.PropertyInfo.AssociatedParameter?.AttributeProvider ?? context.PropertyInfo.AttributeProvider;
        if (schema["additionalProperties"] is JsonObject values && HasNulls(source))
        {
            AllowNull(schema, values);
        }

        object[] attributes = source?.GetCustomAttributes(inherit: true) ?? [];
        if (schema["$ref"] is null)
        {
            JsonObject constrained = schema["items"] is JsonObject items && items["type"] is not null && attributes.OfType<AllowedValuesAttribute>().Any() ? items : schema;
            Constrain(constrained, schema, attributes);
        }

        if (attributes.OfType<DescriptionAttribute>().FirstOrDefault() is { } description && schema["description"] is null)
        {
            schema.Insert(0, "description", description.Description);
        }

        return schema;
    }

    /// <summary>Whether a member is a dictionary whose values may be null, which the exporter does not see of a generic type.</summary>
    private static bool HasNulls(ICustomAttributeProvider? member) => member switch
    {
        ParameterInfo parameter => new NullabilityInfoContext().Create(parameter).GenericTypeArguments is [_, { ReadState: NullabilityState.Nullable }],
        PropertyInfo property => new NullabilityInfoContext().Create(property).GenericTypeArguments is [_, { ReadState: NullabilityState.Nullable }],
        _ => false,
    };

    private static void AllowNull(JsonObject schema, JsonObject values)
    {
        if (values["type"] is JsonValue type)
        {
            values["type"] = new JsonArray(type.DeepClone(), "null");
        }
        else if (values["type"] is null)
        {
            schema["additionalProperties"] = new JsonObject { ["anyOf"] = new JsonArray(values.DeepClone(), new JsonObject { ["type"] = "null" }) };
        }
    }

    private static void Constrain(JsonObject values, JsonObject schema, object[] attributes)
    {
        foreach (object attribute in attributes)
        {
            switch (attribute)
            {
                case AllowedValuesAttribute allowed:
                    values["enum"] = new JsonArray([.. allowed.Values.Select(value => JsonSerializer.SerializeToNode(value))]);
                    break;
                case RegularExpressionAttribute pattern:
                    values["pattern"] = pattern.Pattern;
                    break;
                case RangeAttribute range:
                    values["minimum"] = JsonSerializer.SerializeToNode(range.Minimum);
                    values["maximum"] = JsonSerializer.SerializeToNode(range.Maximum);
                    break;
                case LengthAttribute length:
                    schema["minItems"] = length.MinimumLength;
                    schema["maxItems"] = length.MaximumLength;
                    break;
                case MinLengthAttribute least:
                    values["minLength"] = least.Length;
                    break;
            }
        }
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace IrrigationWatch.Cli.Answers;

/// <summary>
/// What a command answers with <c>--json</c>: one document, whose form the schema of the same record says. Names are in lower case with
/// underscores, numbers in full precision and in no language's writing; what is not known is null, never NaN.
/// </summary>
internal static class Answer
{
    /// <summary>How answers are written, and by which their schemas are made.</summary>
    internal static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Prints an answer.</summary>
    internal static void Print<T>(Terminal terminal, T answer) => terminal.Output.WriteLine(JsonSerializer.Serialize(answer, Options));

    /// <summary>An answer that the library has as text already, by way of the record that says its form: another form would be a fault of ours.</summary>
    internal static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;

    /// <summary>A number, or null for one that is none.</summary>
    internal static double? Known(double number) => double.IsFinite(number) ? number : null;

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            WriteIndented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectRequiredConstructorParameters = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        };
        options.MakeReadOnly();
        return options;
    }
}

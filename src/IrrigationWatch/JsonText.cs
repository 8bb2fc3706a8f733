using System.Text.Encodings.Web;
using System.Text.Json;

namespace IrrigationWatch;

/// <summary>How JSON documents are written that people read too: indented, letters of all scripts as they are.</summary>
internal static class JsonText
{
    internal static readonly JsonSerializerOptions Options = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}

// Writes THIRD-PARTY.md: every package that the program ships with, its licence as the package itself states it, and those that only tests and measurements use.
// usage: dotnet run tools/ThirdParty.cs REPOSITORY PACKAGES   (PACKAGES: the global packages folder of NuGet, after a restore)
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

string root = args[0];
string packages = args[1];
var shipped = Read("src");
var others = Read("tests", "tools").Where(package => !shipped.Contains(package)).ToHashSet();
var text = new StringBuilder("""
    # Packages of others

    Made by `./tools/supply-chain` from the lock files and from what each package says of itself; do not edit. GDAL and libgomp come from the system: GDAL is under MIT
    (its own list names what it is built with), libgomp under GPL-3.0 with the GCC Runtime Library Exception. Data have their sources in `data-samples/PROVENANCE.md`.

    ## Shipped with the program


    """);
Table(shipped);
text.Append("\n## For tests and measurements alone\n\n");
Table(others);
File.WriteAllText(Path.Combine(root, "THIRD-PARTY.md"), text.ToString());
return 0;

HashSet<(string Id, string Version)> Read(params string[] folders)
{
    var found = new HashSet<(string, string)>();
    foreach (string file in folders.SelectMany(folder => Directory.GetFiles(Path.Combine(root, folder), "packages.lock.json", SearchOption.AllDirectories)))
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(file));
        foreach (JsonProperty framework in json.RootElement.GetProperty("dependencies").EnumerateObject())
        {
            foreach (JsonProperty package in framework.Value.EnumerateObject())
            {
                if (package.Value.TryGetProperty("resolved", out JsonElement version))
                {
                    found.Add((package.Name, version.GetString()!));
                }
            }
        }
    }

    return found;
}

void Table(IEnumerable<(string Id, string Version)> list)
{
    text.Append("| package | version | licence | by |\n| --- | --- | --- | --- |\n");
    foreach ((string id, string version) in list.OrderBy(package => package.Id, StringComparer.OrdinalIgnoreCase).ThenBy(package => package.Version, StringComparer.Ordinal))
    {
        string folder = Path.Combine(packages, id.ToLowerInvariant(), version.ToLowerInvariant());
        XElement about = XDocument.Load(Path.Combine(folder, id.ToLowerInvariant() + ".nuspec")).Root!.Elements().First(element => element.Name.LocalName == "metadata");
        string? Value(string name) => about.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value.Trim();
        text.Append($"| {id} | {version} | {Licence(about, folder, Value("licenseUrl"))} | {Clean(Value("copyright") is { Length: > 0 } copyright ? copyright : Value("authors") ?? string.Empty)} |\n");
    }
}

string Licence(XElement about, string folder, string? address)
{
    XElement? licence = about.Elements().FirstOrDefault(element => element.Name.LocalName == "license");
    if (licence?.Attribute("type")?.Value == "expression")
    {
        return licence.Value;
    }

    if (licence is not null && File.Exists(Path.Combine(folder, licence.Value.Replace('\\', '/'))))
    {
        string words = File.ReadAllText(Path.Combine(folder, licence.Value.Replace('\\', '/')));
        string known = words.Contains("Apache License", StringComparison.Ordinal) ? "Apache-2.0" : words.Contains("Permission is hereby granted, free of charge", StringComparison.Ordinal) ? "MIT" : words.Contains("Redistribution and use in source and binary forms", StringComparison.Ordinal) ? "BSD" : "its own";
        return $"{known} ({licence.Value} in the package)";
    }

    return address is null ? "not stated" : $"see {address}";
}

static string Clean(string text) => string.Join(' ', text.Replace("|", "/", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

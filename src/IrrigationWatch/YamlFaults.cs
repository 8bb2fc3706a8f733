using YamlDotNet.RepresentationModel;

namespace IrrigationWatch;

/// <summary>
/// All that is wrong in a YAML file. A key that is nearly one of those that are asked for is an error, but is then read as the key
/// that was meant: what it holds is looked at too, and nobody is told besides that the right one is missing.
/// </summary>
internal sealed class YamlFaults(string file)
{
    private readonly List<(long Line, ConfigurationException Fault)> duplicates = [];
    private readonly List<(long Line, ConfigurationException Fault)> others = [];
    private readonly Dictionary<YamlNode, (long Line, ConfigurationException Fault)> unknown = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<YamlNode, Dictionary<string, string>> meant = new(ReferenceEqualityComparer.Instance);
    private readonly List<YamlSection> sections = [];

    internal string File => file;

    /// <summary>Reads a text as often as keys are found that mean others.</summary>
    /// <param name="text">The text.</param>
    /// <param name="read">Makes something of the root, and goes on where something is wrong.</param>
    internal T Read<T>(string text, Func<YamlSection, T> read)
    {
        YamlMappingNode root = YamlText.Parse(file, text, (line, key, first) => duplicates.Add((line, new ConfigurationException(YamlText.Place(file, line), $"has the key '{key}' twice, first in line {first}; remove one"))));
        while (true)
        {
            others.Clear();
            sections.Clear();
            T result = read(Section(string.Empty, root));
            // Sections of which nobody asked for any key are none.
            int added = sections.ToList().Count(section => section.FindUnknown(unknown, meant));
            if (added == 0)
            {
                (long Line, ConfigurationException Fault)[] all = [.. unknown.Values.OrderBy(fault => fault.Line), .. duplicates.Concat(others).OrderBy(fault => fault.Line)];
                return all.Length == 0 ? result : throw ConfigurationException.Of([.. all.Select(fault => fault.Fault).DistinctBy(fault => fault.Message)]);
            }
        }
    }

    /// <summary>The section of a mapping, the same each time.</summary>
    internal YamlSection Section(string name, YamlMappingNode node)
    {
        YamlSection? section = sections.Find(known => known.Is(name, node));
        if (section is null)
        {
            sections.Add(section = new YamlSection(this, name, node, meant.GetValueOrDefault(node)));
        }

        return section;
    }

    /// <summary>Keeps a fault; what has no line stands last.</summary>
    internal void Add(long? line, string problem) => others.Add((line ?? long.MaxValue, new ConfigurationException(line is long number ? YamlText.Place(file, number) : file, problem)));

    /// <summary>Keeps the faults of another file that is named in a line of this one.</summary>
    internal void Add(long line, ConfigurationException faults) => others.AddRange(faults.Faults.Select(fault => (line, fault)));
}

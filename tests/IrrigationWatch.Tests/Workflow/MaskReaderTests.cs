using IrrigationWatch.Landsat;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Tests.Workflow;

/// <summary>The words for what is masked, and the bits of USGS's quality bands that they stand for.</summary>
public sealed class MaskReaderTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>Bits of QA_PIXEL as the Landsat 8-9 Collection 2 Level 2 Science Product Guide, table 6-3, numbers them.</summary>
    [Theory]
    [InlineData("fill", 0)]
    [InlineData("dilated-cloud", 1)]
    [InlineData("cirrus", 2)]
    [InlineData("cloud", 3)]
    [InlineData("cloud-shadow", 4)]
    [InlineData("snow", 5)]
    [InlineData("water", 7)]
    public void A_class_of_QA_PIXEL_is_its_bit_beside_fill(string name, int bit)
    {
        Assert.Equal(1 | 1 << bit, (int)MaskReader.ClassBits([name], _ => new InvalidOperationException()));
        Assert.Equal(1 | 1 << bit, (int)Read($"classes: [{name}]").RejectedQaPixel);
        Assert.Contains(name, MaskReader.ClassNames);
        Assert.Equal(7, MaskReader.ClassNames.Count);
    }

    /// <summary>Bits of SR_CLOUD_QA as the Landsat 4-7 Collection 2 Level 2 Science Product Guide, table 6-5, numbers them.</summary>
    [Theory]
    [InlineData("dark-vegetation", 0)]
    [InlineData("cloud", 1)]
    [InlineData("cloud-shadow", 2)]
    [InlineData("adjacent", 3)]
    [InlineData("snow", 4)]
    [InlineData("water", 5)]
    public void A_class_of_SR_CLOUD_QA_is_its_bit(string name, int bit) => Assert.Equal(1 << bit, (int)Read($"cloud-qa: {name}").RejectedCloudQa);

    [Fact]
    public void Words_add_up()
    {
        Assert.Equal(0b1_1001, (int)Read("classes: [cloud, cloud-shadow, cloud]").RejectedQaPixel);
        Assert.Equal(0b10_0010, (int)Read("cloud-qa: [water, cloud]").RejectedCloudQa);
        Assert.Equal(1, (int)Read("classes: none").RejectedQaPixel);
        Assert.Equal(1, (int)Read("classes: []").RejectedQaPixel);
        Assert.Equal(0, (int)Read("cloud-qa: []").RejectedCloudQa);
    }

    [Fact]
    public void What_a_mask_does_not_say_is_as_without_one()
    {
        // Fill, dilated cloud, cirrus, cloud, shadow; no snow and no water.
        Assert.Equal(0b1_1111, (int)MaskReader.Read(null).RejectedQaPixel);
        Assert.Equal(MaskReader.Read(null), Read("dilation: 0"));
        MaskOptions mask = MaskReader.Read(null);
        Assert.Equal((true, true, true, 0, null), (mask.RejectsSaturated, mask.RejectsTerrainOcclusion, mask.UsesStackMask, mask.Dilation, mask.RejectedAerosol));
    }

    [Theory]
    [InlineData("none", QaConfidence.None)]
    [InlineData("low", QaConfidence.Low)]
    [InlineData("medium", QaConfidence.Medium)]
    [InlineData("high", QaConfidence.High)]
    public void Each_confidence_is_that_of_its_own_key(string word, QaConfidence level)
    {
        Assert.Equal(MaskReader.Read(null) with { CloudConfidence = level }, Read($"confidence: {{ cloud: {word} }}"));
        Assert.Equal(MaskReader.Read(null) with { ShadowConfidence = level }, Read($"confidence: {{ cloud-shadow: {word} }}"));
        Assert.Equal(MaskReader.Read(null) with { SnowConfidence = level }, Read($"confidence: {{ snow: {word} }}"));
        Assert.Equal(MaskReader.Read(null) with { CirrusConfidence = level }, Read($"confidence: {{ cirrus: {word} }}"));
    }

    [Fact]
    public void Switches_turn_off_what_they_name()
    {
        Assert.Equal(MaskReader.Read(null) with { RejectsSaturated = false }, Read("saturation: false"));
        Assert.Equal(MaskReader.Read(null) with { RejectsTerrainOcclusion = false }, Read("terrain-occlusion: off"));
        Assert.Equal(MaskReader.Read(null) with { UsesStackMask = false }, Read("stack: no"));
        Assert.Equal(MaskReader.Read(null) with { Dilation = 1000 }, Read("dilation: 1000"));
        Assert.Equal(MaskReader.Read(null) with { RejectedAerosol = AerosolLevel.High }, Read("aerosol: high"));
    }

    [Theory]
    [InlineData(null, true, null)]
    [InlineData("none", true, null)]
    [InlineData("low", true, AerosolLevel.Low)]
    [InlineData("medium", true, AerosolLevel.Medium)]
    [InlineData("high", true, AerosolLevel.High)]
    [InlineData("thick", false, null)]
    public void An_aerosol_has_three_levels(string? word, bool known, AerosolLevel? level) => Assert.Equal((known, level), MaskReader.Aerosol(word));

    [Theory]
    [InlineData("classes: [cloud, haze]", "'mask.classes' holds 'haze'; use fill, dilated-cloud, cirrus, cloud, cloud-shadow, snow, water, or none")]
    [InlineData("classes: { cloud: true }", "'mask.classes' must be a list of values")]
    [InlineData("cloud-qa: haze", "'mask.cloud-qa' holds 'haze'; use dark-vegetation, cloud, cloud-shadow, adjacent, snow, water")]
    [InlineData("aerosol: thick", "'mask.aerosol' is 'thick'; use low, medium, high or none")]
    [InlineData("dilation: -1", "'mask.dilation' is '-1', but must be a number from 0 to 1000")]
    [InlineData("dilation: 1.5", "'mask.dilation' must be a whole number")]
    [InlineData("confidence: high", "'mask.confidence' must be a mapping of keys to values")]
    [InlineData("confidence: { cloud: 3 }", "'mask.confidence.cloud' is '3'; use low, medium, high or none")]
    [InlineData("confidence: { snow: yes }", "'mask.confidence.snow' is 'yes'; use low, medium, high or none")]
    [InlineData("confidence: { water: low }", "unknown key 'mask.confidence.water'; known here: cloud, cloud-shadow, snow, cirrus")]
    [InlineData("saturation: high", "'mask.saturation' is 'high', but must be true or false")]
    public void A_word_that_is_none_is_named_with_its_line_and_those_that_are(string line, string problem) =>
        Assert.Equal($"{scratch.File("a.yaml")}:4: {problem}", Assert.Throws<ConfigurationException>(() => Read(line)).Message);

    private MaskOptions Read(string line)
    {
        string file = scratch.File("a.yaml");
        File.WriteAllText(file, $"scenes: [a]\nyears: 2001\nmask:\n  {line}\n");
        return ConfigurationReader.Read(file).Features.Observation.Mask;
    }
}

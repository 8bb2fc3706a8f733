using IrrigationWatch.Classification;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>The samples of a training as CSV for other tools.</summary>
public class SampleTableTests
{
    private const string Header = "class,year,x,y,country,sensors,block,fold,predicted,probability,early_ndvi,late_ndvi";

    [Fact]
    public void A_sample_stands_with_its_place_its_fold_what_was_predicted_and_its_features()
    {
        string[] lines = Write(ModelExample.Training);
        Assert.Equal(Header, lines[0]);
        Assert.Equal(9, lines.Length);
        Assert.Equal("irrigated | drip,2010,500015,4899985.5,KZ,TM,0,4,irrigated | drip,0.9,0.125,", lines[1]);
        Assert.Equal("irrigated | drip,2011,500015,4899985.5,CN,ETM,1,3,dry,0.3,0.125,", lines[3]);
        Assert.Equal("dry,2011,500015,4899985.5,,,1,3,irrigated | drip,0.5,0.125,", lines[7]);
    }

    [Fact]
    public void Alike_samples_are_told_apart()
    {
        // The first two are equal in all but what was predicted of them.
        string[] lines = Write(ModelExample.Training);
        Assert.Equal(["0.9", "0.8"], lines[1..3].Select(line => line.Split(',')[9]));
    }

    [Fact]
    public void A_sample_that_was_never_left_out_has_no_fold()
    {
        string[] lines = Write(ModelExample.Training with { ByBlocks = null });
        Assert.Equal("irrigated | drip,2010,500015,4899985.5,KZ,TM,,,,,0.125,", lines[1]);
    }

    [Fact]
    public void Names_are_quoted_and_numbers_exact()
    {
        TrainingSample odd = new("a, \"b\"", 1999, -1.23456, 0.0004, [1e-7f, 1 / 3f]) { Country = "伊犁, CN", Sensors = "TM;ETM" };
        string[] lines = Write(ModelExample.Training with { ByBlocks = null, Set = ModelExample.Training.Set with { Samples = [odd] } });
        Assert.Equal("\"a, \"\"b\"\"\",1999,-1.235,0,\"伊犁, CN\",TM;ETM,,,,,1E-07,0.33333334", lines[1]);
        Assert.Equal([Header], Write(ModelExample.Training with { ByBlocks = null, Set = ModelExample.Training.Set with { Samples = [] } }));
    }

    private static string[] Write(ModelTraining training)
    {
        using var scratch = new ScratchFolder();
        SampleTable.Write(scratch.File("s.csv"), training);
        return File.ReadAllLines(scratch.File("s.csv"));
    }
}

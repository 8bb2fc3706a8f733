using IrrigationWatch.Workflow.Cluster;

namespace IrrigationWatch.Tests.Workflow.Cluster;

/// <summary>Schedules, prices and limits of small plans, worked by hand. What holds of all plans is a property in <see cref="PieceTests"/>.</summary>
public class JobSimulationTests
{
    /// <summary>A second for a pixel of a scene, nothing else costs time.</summary>
    private static readonly CostModel Seconds = new(1, 0, 0) { SecondsToJoinPixel = 0, SecondsToClassifyPixel = 0, SecondsToPublishPixel = 0, SecondsToTrain = 0 };

    private static readonly SimulatedCluster Ideal = new() { SecondsBetween = 0, StorageBytesPerSecond = double.PositiveInfinity, PricePerCoreHour = 0.1 };

    [Fact]
    public void Workers_take_pieces_in_their_order_as_they_are_free()
    {
        // Two workers: 4 and 3, then 2 on the second, 1 on the first, done at 5 both.
        JobPlan plan = Plans.Of([2000], false, 4, 3, 2, 1);
        JobEstimate two = JobSimulation.Run(plan, Seconds, 2, Ideal);
        Assert.Equal((2, 5.0, 0.0, 0.0, 5.0), (two.Workers, two.WorkSeconds, two.YearSeconds, two.ReduceSeconds, two.Seconds));
        Assert.Equal(10.0, JobSimulation.Run(plan, Seconds, 1, Ideal).WorkSeconds);
        // Three: 4, 3, then 1 after 2 on the third.
        Assert.Equal(4.0, JobSimulation.Run(plan, Seconds, 3, Ideal).WorkSeconds);
        // In another order it takes longer.
        Assert.Equal(7.0, JobSimulation.Run(Plans.Of([2000], false, 1, 2, 3, 5), Seconds, 2, Ideal).WorkSeconds);
        // Half a second passes between pieces, none before the first and after the last: 4, 0.5, 1 and 3, 0.5, 2.
        Assert.Equal(5.5, JobSimulation.Run(plan, Seconds, 2, Ideal with { SecondsBetween = 0.5 }).WorkSeconds);
    }

    [Fact]
    public void Efficiency_and_price_are_those_of_the_cores_that_are_paid()
    {
        JobPlan plan = Plans.Of([2000], false, 4, 3, 2, 1);
        JobEstimate two = JobSimulation.Run(plan, Seconds, 2, Ideal);
        Assert.Equal(1, two.Efficiency, 12);
        Assert.Equal(10.0 / 3600, two.CoreHours, 12);
        Assert.Equal(1.0 / 3600, two.Price, 12);
        JobEstimate ten = JobSimulation.Run(plan, Seconds, 10, Ideal);
        Assert.Equal((4.0, "longest piece"), (ten.WorkSeconds, ten.Limit));
        Assert.Equal(10.0 / 40, ten.Efficiency, 12);
        Assert.Equal(40.0 / 3600, ten.CoreHours, 12);
        // Ten workers share five cores: those of four pieces get all they want, those of six would not.
        Assert.Equal(4.0, JobSimulation.Run(plan, Seconds, 10, Ideal with { CoresInAll = 4 }).WorkSeconds);
        Assert.Equal(8.0, JobSimulation.Run(plan, Seconds, 10, Ideal with { CoresInAll = 2 }).WorkSeconds);
    }

    [Fact]
    public void Cores_of_a_worker_help_with_all_but_the_begin()
    {
        CostModel costs = Seconds with { SecondsToBegin = 10 };
        // Two cores do the work of 1.9, four of 3.7.
        Assert.Equal(10 + 19 / 1.9, JobSimulation.Run(Plans.Of([2000], false, 19), costs, 1, Ideal with { Cores = 2 }).WorkSeconds, 9);
        Assert.Equal(10 + 37 / 3.7, JobSimulation.Run(Plans.Of([2000], false, 37), costs, 1, Ideal with { Cores = 4 }).WorkSeconds, 9);
    }

    [Fact]
    public void A_slow_storage_is_waited_for()
    {
        // 1 000 pixels of scenes of 11 bytes, and 10 000 pixels of 38 that are written: 391 000 bytes; joining reads and writes 380 000.
        JobEstimate estimate = JobSimulation.Run(Plans.Of([2000], false, 1000), Seconds, 1, Ideal with { StorageBytesPerSecond = 100 });
        Assert.Equal((3910.0, 7600.0, "storage"), (estimate.WorkSeconds, estimate.YearSeconds, estimate.Limit));
        Assert.Equal(11_400.0, JobSimulation.Run(Plans.Of([2000], true, 1000), Seconds, 1, Ideal with { StorageBytesPerSecond = 100 }).YearSeconds);
    }

    [Fact]
    public void Years_are_joined_the_model_trained_and_years_classified_each_after_the_other()
    {
        // A grid of 500 000 pixels: 5 s to join a year, 7 to train, 10 to classify a year; at the end 1 s a year.
        CostModel costs = Seconds with { SecondsToJoinPixel = 1e-5, SecondsToTrain = 7, SecondsToClassifyPixel = 2e-5, SecondsToPublishPixel = 2e-6 };
        JobPlan plan = Plans.Of([2000, 2001, 2002], true, 1);
        JobEstimate one = JobSimulation.Run(plan, costs, 1, Ideal);
        Assert.Equal((15 + 7 + 30.0, 3.0), (Math.Round(one.YearSeconds, 9), Math.Round(one.ReduceSeconds, 9)));
        JobEstimate two = JobSimulation.Run(plan, costs, 2, Ideal);
        Assert.Equal(10 + 7 + 20.0, two.YearSeconds, 9);
        // More workers than years are of no use: years limit.
        JobEstimate many = JobSimulation.Run(plan, costs, 4, Ideal);
        Assert.Equal((5 + 7 + 10.0, "years"), (Math.Round(many.YearSeconds, 9), many.Limit));
        Assert.Equal(15, JobSimulation.Run(plan with { HasModel = false }, costs, 1, Ideal).YearSeconds, 9);
        // All cores are paid while years are joined, those of one job after that.
        Assert.Equal((4 * (1 + 22) + 3) / 3600.0, many.CoreHours, 9);
    }

    [Fact]
    public void The_limit_is_what_takes_longest()
    {
        Assert.Equal("work", JobSimulation.Run(Plans.Of([2000], false, 1, 1, 1, 1, 1, 1), Seconds, 2, Ideal).Limit);
        Assert.Equal("longest piece", JobSimulation.Run(Plans.Of([2000], false, 6, 1, 1, 1, 1, 1), Seconds, 2, Ideal).Limit);
        Assert.Equal("reduce", JobSimulation.Run(Plans.Of([2000], false, 1), Seconds with { SecondsToPublishPixel = 1 }, 1, Ideal).Limit);
    }

    [Fact]
    public void A_plan_without_pieces_takes_no_time_for_them()
    {
        JobEstimate estimate = JobSimulation.Run(Plans.Of([], false), Seconds, 3, Ideal);
        Assert.Equal((0.0, 0.0, 1.0, 0.0), (estimate.WorkSeconds, estimate.YearSeconds, estimate.Efficiency, estimate.Price));
        Assert.Throws<ArgumentOutOfRangeException>(() => JobSimulation.Run(Plans.Of([2000], false, 1), Seconds, 0, Ideal));
    }
}

using IrrigationWatch.TestSupport;

[assembly: AssemblyFixture(typeof(MadeOnce<WideCorridor>))]
[assembly: AssemblyFixture(typeof(MadeOnce<SmallCorridor>))]

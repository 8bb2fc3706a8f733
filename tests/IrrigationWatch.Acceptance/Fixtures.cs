using IrrigationWatch.TestSupport;

[assembly: AssemblyFixture(typeof(MadeOnce<WideCorridor>))]
[assembly: AssemblyFixture(typeof(MadeOnce<SmallCorridor>))]
[assembly: AssemblyFixture(typeof(MadeOnce<TinyCorridor>))]

using IrrigationWatch.TestSupport;

[assembly: AssemblyFixture(typeof(MadeOnce<WideCorridor>))]

namespace IrrigationWatch.Kernels;

/// <summary>A field of several bits of a QA word, and the value from which it rejects a pixel.</summary>
/// <param name="Mask">The field's bits.</param>
/// <param name="Minimum">The smallest value that rejects, in place (shifted to the field's bits); 0 rejects all.</param>
public readonly record struct QaField(ushort Mask, ushort Minimum);

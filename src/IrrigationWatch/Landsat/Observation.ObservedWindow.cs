using System.Buffers;
using System.Runtime.InteropServices;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Landsat;

public sealed partial class Observation
{
    /// <summary>
    /// A window as it was read: digital numbers of its bands and the words that mask them, from which indices of any part are
    /// computed. Half the memory of the indices themselves.
    /// </summary>
    internal sealed class ObservedWindow(Observation owner) : IDisposable
    {
        private readonly ushort[]?[] bands = new ushort[]?[Enum.GetValues<BandRole>().Length];

        private readonly ushort[]?[] scratch = new ushort[]?[2];

        internal PixelWindow Window { get; set; }

        /// <summary>The words that decide on a pixel.</summary>
        internal ushort[]? Mask { get; set; }

        /// <summary>Their deciding bits, 0 where nothing is masked; null where these are those of QA_RADSAT, which depend on the index.</summary>
        internal ushort? MaskBits { get; set; } = 0;

        /// <summary>Computes an index of pixels of the window; what the index needs was read.</summary>
        /// <param name="index">Which index.</param>
        /// <param name="start">The first pixel, row by row.</param>
        /// <param name="result">Receives as many as it holds.</param>
        internal void Compute(SpectralIndex index, int start, Span<float> result)
        {
            Span<int> numbers = stackalloc int[IndexBands.MaxCount];
            var input = default(IndexBands);
            foreach (BandRole role in RolesOf(index))
            {
                numbers[input.Count] = owner.scene.Id.BandNumber(role);
                input.Add(bands[(int)role].AsSpan(start, result.Length), owner.scalings[role]);
            }

            ushort bits = MaskBits ?? owner.options.Mask.RejectedRadsat(owner.scene.Id.Sensor, numbers[..input.Count]);
            var mask = new QaBits(bits == 0 ? [] : Mask.AsSpan(start, result.Length), bits);
            if (owner.sunFactors is null)
            {
                IndexKernel.Compute(index, input, mask, default, [], result);
                return;
            }

            float[] factors = ArrayPool<float>.Shared.Rent(result.Length);
            ReadOnlySpan<ushort> zenith = bands[(int)BandRole.SolarZenith].AsSpan(start, result.Length);
            for (int i = 0; i < zenith.Length; i++)
            {
                factors[i] = owner.sunFactors[zenith[i]];
            }

            IndexKernel.Compute(index, input, mask, default, factors.AsSpan(0, result.Length), result);
            ArrayPool<float>.Shared.Return(factors);
        }

        /// <summary>Gives the memory back.</summary>
        public void Dispose()
        {
            for (int role = 0; role < bands.Length; role++)
            {
                GiveBack(ref bands[role]);
            }

            ForgetScratch();
            Mask = null;
            MaskBits = 0;
            owner.idle.Push(this);
        }

        /// <summary>Room for a mask, of which there are two.</summary>
        internal ushort[] Scratch(int number) => scratch[number] ??= owner.planes.Rent(Window.PixelCount);

        /// <summary>What was made of bands is needed no more.</summary>
        internal void ForgetScratch()
        {
            GiveBack(ref scratch[0]);
            GiveBack(ref scratch[1]);
        }

        /// <summary>A band is needed no more.</summary>
        internal void Forget(BandRole role)
        {
            if (Mask != bands[(int)role])
            {
                GiveBack(ref bands[(int)role]);
            }
        }

        /// <summary>Digital numbers of a band, read when they are first asked for.</summary>
        internal ushort[] Read(BandRole role)
        {
            if (bands[(int)role] is ushort[] read)
            {
                return read;
            }

            SceneBand band = owner.scene.Band(role);
            ushort[] plane = owner.planes.Rent(Window.PixelCount);
            bands[(int)role] = plane;
            Span<ushort> pixels = plane.AsSpan(0, Window.PixelCount);
            if (band.Real is RealBand real)
            {
                ReadReal(role, real, pixels);
                return plane;
            }

            if (!band.IsSigned)
            {
                owner.readers[role].Read(Window, pixels);
                return plane;
            }

            owner.readers[role].Read(Window, MemoryMarshal.Cast<ushort, short>(pixels));
            if (role.IsReflective())
            {
                // Adding 32 768 to a signed number is turning its first bit over.
                for (int i = 0; i < pixels.Length; i++)
                {
                    pixels[i] ^= 0x8000;
                }
            }

            return plane;
        }

        private void ReadReal(BandRole role, RealBand real, Span<ushort> pixels)
        {
            float[] values = ArrayPool<float>.Shared.Rent(pixels.Length);
            owner.layers[role].Value.Read(Window, values.AsSpan(0, pixels.Length));
            if (role.IsReflective())
            {
                real.ToNumbers(values.AsSpan(0, pixels.Length), pixels);
            }
            else
            {
                // A word of the mask that is missing, or no word, is not clear.
                ushort notClear = (ushort)Math.Max(0, Array.FindIndex(owner.stackTable ?? [], rejects => rejects != 0));
                for (int i = 0; i < pixels.Length; i++)
                {
                    float value = values[i];
                    pixels[i] = value is >= short.MinValue and <= ushort.MaxValue && value == MathF.Floor(value) ? (ushort)(int)value : notClear;
                }
            }

            ArrayPool<float>.Shared.Return(values);
        }

        private void GiveBack(ref ushort[]? plane)
        {
            if (plane is not null)
            {
                owner.planes.Return(plane);
                plane = null;
            }
        }
    }
}

using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Benchmarks;

/// <summary>Single pieces of work, each printing its own seconds, without the time that the program takes to start.</summary>
internal static class Work
{
    internal static int Run(string[] args)
    {
        switch (args)
        {
            case ["classify", string kind, string classes, string way, string pixels]:
                Classify(Enum.Parse<TrainerKind>(kind, ignoreCase: true), int.Parse(classes, CultureInfo.InvariantCulture), way, int.Parse(pixels, CultureInfo.InvariantCulture));
                return 0;
            case ["scene", string folder]:
                Console.WriteLine(FullScene.Make(folder));
                return 0;
            case ["year", string folder, string count]:
                string[] scenes = FullScene.Year(folder, int.Parse(count, CultureInfo.InvariantCulture));
                Console.WriteLine(string.Join('\n', scenes));
                return 0;
            case ["chain", string scene, string zones, string map]:
                Chain(scene, zones, map);
                return 0;
            case ["project", string folder, string count, .. string[] years]:
                Console.WriteLine(FullProject.Make(folder, int.Parse(count, CultureInfo.InvariantCulture), years is [string number] ? int.Parse(number, CultureInfo.InvariantCulture) : 1));
                return 0;
            case ["series", string folder]:
                Console.WriteLine(FullSeries.Make(folder));
                return 0;
            case ["pieces", string folder]:
                Console.WriteLine(FullPieces.Make(folder));
                return 0;
            case ["basin", .. string[] workers]:
                FullPieces.Estimate([.. workers.Select(count => int.Parse(count, CultureInfo.InvariantCulture))]);
                return 0;
            case ["served", string folder]:
                Console.WriteLine(FullServed.Make(folder));
                return 0;
            case ["requests", string address, string folder, string count]:
                ServedRequests.Make(new Uri(address), folder, int.Parse(count, CultureInfo.InvariantCulture));
                return 0;
            case ["map", string folder]:
                FullMap.Make(folder);
                return 0;
            case ["area", string map, string zones]:
                Timed("areas of regions", () => Areas(map, zones));
                return 0;
            case ["areas", string map, string zones]:
                for (int maps = 0; maps < 6; maps++)
                {
                    Timed("areas of regions, of one map after another", () => Areas(map, zones));
                }

                return 0;
            case ["features", string output, .. string[] folders]:
                Timed("features of a year", () => BuildFeatures(output, folders));
                return 0;
            case ["decode", .. string[] files]:
                Timed("decoded", () => Decode(files));
                return 0;
            case ["read", "tiles", .. string[] files]:
                Timed("read tile by tile as this program does", () => ReadTiles(files));
                return 0;
            case ["read", "rows", .. string[] files]:
                Timed("read in full rows by GDAL's own threads", () => ReadRows(files));
                return 0;
            case ["ndvi", string scene]:
                Timed("NDVI computed and counted", () => Count(scene, [SpectralIndex.Ndvi]));
                return 0;
            case ["indices", string scene]:
                Timed("five indices computed and counted", () => Count(scene, [.. FeatureSet.DefaultIndices]));
                return 0;
            default:
                Console.Error.WriteLine("usage: scene FOLDER | year FOLDER SCENES | features OUTPUT SCENE… | chain SCENE ZONES MAP | project FOLDER SCENES | map FOLDER | series FOLDER | pieces FOLDER | basin WORKERS… | served FOLDER | requests ADDRESS FOLDER COUNT | area|areas MAP ZONES | decode FILE… | read tiles|rows FILE… | ndvi SCENE | indices SCENE | kernels [BenchmarkDotNet's options] | classify lightgbm|fastforest CLASSES compiled|transform PIXELS");
                return 2;
        }
    }

    /// <summary>The floor: every block of files, read directly, a dataset a thread.</summary>
    private static long Decode(string[] files)
    {
        using var pool = new RasterPool();
        var pieces = new List<(string File, int Band, int Y)>();
        foreach (string file in files)
        {
            using DatasetPool.Lease lease = pool.Rent(file);
            Band band = lease.Dataset.Band(1);
            int blocks = (lease.Dataset.Height + band.BlockHeight - 1) / band.BlockHeight;
            pieces.AddRange(Enumerable.Range(0, blocks * lease.Dataset.BandCount).Select(i => (file, 1 + i / blocks, i % blocks)));
        }

        long bytes = 0;
        ParallelWork.Run(pieces.OrderBy(piece => piece.Y), piece =>
        {
            using DatasetPool.Lease lease = pool.Rent(piece.File);
            Band band = lease.Dataset.Band(piece.Band);
            byte[] block = ArrayPool<byte>.Shared.Rent(band.BlockWidth * band.BlockHeight * RasterTypes.SizeOf(band.Type));
            for (int x = 0; x * band.BlockWidth < lease.Dataset.Width; x++)
            {
                band.ReadBlockBytes(x, piece.Y, block);
                Interlocked.Add(ref bytes, block.Length);
            }

            ArrayPool<byte>.Shared.Return(block);
        });
        return bytes;
    }

    /// <summary>All bands of files of one size, tile by tile of a grid, as scenes are read.</summary>
    private static long ReadTiles(string[] files)
    {
        using var pool = new RasterPool();
        Grid grid;
        var bands = new List<(string File, int Band)>();
        using (DatasetPool.Lease lease = pool.Rent(files[0]))
        {
            grid = Grid.Of(lease.Dataset);
            bands.AddRange(Enumerable.Range(1, lease.Dataset.BandCount).SelectMany(band => files.Select(file => (file, band))));
        }

        long pixels = 0;
        ParallelWork.Run(grid.Tiles(IndexMap.TileSize), tile =>
        {
            ushort[] plane = ArrayPool<ushort>.Shared.Rent(tile.PixelCount);
            foreach ((string file, int band) in bands)
            {
                pool.Read<ushort>(file, band, tile, plane);
                Interlocked.Add(ref pixels, tile.PixelCount);
            }

            ArrayPool<ushort>.Shared.Return(plane);
        });
        return pixels;
    }

    /// <summary>All bands of files by one thread, 512 full rows at once, so that GDAL_NUM_THREADS has GDAL unpack the blocks of a call on several threads.</summary>
    private static long ReadRows(string[] files)
    {
        const int Rows = 512;
        long pixels = 0;
        foreach (string file in files)
        {
            using Dataset dataset = Dataset.Open(file);
            ushort[] plane = new ushort[dataset.Width * Rows];
            for (int y = 0; y < dataset.Height; y += Rows)
            {
                var window = new PixelWindow(0, y, dataset.Width, Math.Min(Rows, dataset.Height - y));
                for (int band = 1; band <= dataset.BandCount; band++)
                {
                    dataset.Band(band).Read<ushort>(window, plane);
                    pixels += window.PixelCount;
                }
            }
        }

        return pixels;
    }

    /// <summary>Indices of a scene as the library computes them, counted and not written.</summary>
    private static long Count(string path, SpectralIndex[] indices)
    {
        using Scene scene = SceneReader.Open(path);
        using var pool = new RasterPool();
        var observation = new Observation(scene, scene.Grid, pool, new ObservationOptions());
        long observed = 0;
        ParallelWork.Run(scene.Grid.Tiles(IndexMap.TileSize), tile =>
        {
            float[] pixels = ArrayPool<float>.Shared.Rent(tile.PixelCount * indices.Length);
            observation.ReadIndices(tile, indices, pixels);
            int count = 0;
            foreach (float value in pixels.AsSpan(0, tile.PixelCount))
            {
                count += value > 0.5f ? 1 : 0;
            }

            Interlocked.Add(ref observed, count);
            ArrayPool<float>.Shared.Return(pixels);
        });
        return observed;
    }

    /// <summary>Features of a year of scenes on their own grid, written as a COG; returns the scenes.</summary>
    private static long BuildFeatures(string output, string[] folders)
    {
        Scene[] scenes = [.. folders.Select(folder => SceneReader.Open(folder))];
        FeatureBuilder.Build(scenes, scenes[0].Grid, 2023, new FeatureOptions(), output, null);
        Array.ForEach(scenes, scene => scene.Dispose());
        return scenes.Length;
    }

    /// <summary>One scene from its files to hectares: five indices, masked; classes from 14 features by 200 trees; areas of regions from the map written.</summary>
    private static void Chain(string path, string zones, string map)
    {
        IrrigationModel model = BenchmarkModels.Train(TrainerKind.LightGbm, 2, 100, 31);
        CompiledClassifier compiled = model.Compiled!;
        Timed("one scene from files to hectares", () =>
        {
            using Scene scene = SceneReader.Open(path);
            using var pool = new RasterPool();
            var observation = new Observation(scene, scene.Grid, pool, new ObservationOptions());
            SpectralIndex[] indices = [.. FeatureSet.DefaultIndices];
            using (var writer = new CogWriter(map, scene.Grid, RasterType.Byte, 1, new CogOptions { NoData = 0, IsCategorical = true, Metadata = new SortedDictionary<string, string> { ["YEAR"] = "2023" } }))
            {
                ParallelWork.Run(scene.Grid.Tiles(CogWriter.TileSize), tile =>
                {
                    int pixels = tile.PixelCount;
                    float[] planes = ArrayPool<float>.Shared.Rent(BenchmarkModels.Features * pixels);
                    observation.ReadIndices(tile, indices, planes);
                    for (int f = indices.Length; f < BenchmarkModels.Features; f++)
                    {
                        planes.AsSpan(f % indices.Length * pixels, pixels).CopyTo(planes.AsSpan(f * pixels));
                    }

                    int[] places = ArrayPool<int>.Shared.Rent(pixels + 1);
                    int observed = 0;
                    for (int x = 0; x < pixels; x++)
                    {
                        places[observed] = x;
                        observed += float.IsNaN(planes[x]) ? 0 : 1;
                    }

                    byte[] best = ArrayPool<byte>.Shared.Rent(2 * pixels);
                    float[] chances = ArrayPool<float>.Shared.Rent(2 * pixels);
                    compiled.Classify(planes, pixels, places.AsSpan(0, observed), best, chances);
                    Span<byte> classes = best.AsSpan(pixels, pixels);
                    classes.Clear();
                    for (int i = 0; i < observed; i++)
                    {
                        classes[places[i]] = (byte)(1 + best[i]);
                    }

                    writer.Write<byte>(1, tile, classes);
                    ArrayPool<float>.Shared.Return(planes);
                    ArrayPool<int>.Shared.Return(places);
                    ArrayPool<byte>.Shared.Return(best);
                    ArrayPool<float>.Shared.Return(chances);
                });
                writer.Commit();
            }

            return Areas(map, zones);
        });
    }

    private static long Areas(string map, string zones)
    {
        AreaTable table = AreaCalculation.Compute([map], ZoneReader.Read(zones, "name", null), new ClassValues("irrigated", [1]), zones);
        return (long)table.Rows.Sum(row => row.IrrigatedHectares);
    }

    private static void Timed(string what, Func<long> work)
    {
        var watch = Stopwatch.StartNew();
        long result = work();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {result}, {watch.Elapsed.TotalSeconds:0.000} s"));
    }

    /// <summary>Pixels a second on all cores, tile by tile as MapClassifier does it.</summary>
    private static void Classify(TrainerKind kind, int classes, string way, int pixels)
    {
        IrrigationModel model = BenchmarkModels.Train(kind, classes, 100, 31);
        const int Tile = 256 * 256;
        float[] planes = BenchmarkModels.Planes(Tile);
        List<float[]> rows = way == "transform" ? BenchmarkModels.Rows(planes, Tile) : [];
        int[] all = [.. Enumerable.Range(0, Tile)];
        int tiles = Math.Max(1, pixels / Tile);
        _ = model.Compiled;
        One(0);
        var watch = Stopwatch.StartNew();
        ParallelWork.Run(Enumerable.Range(0, tiles), One);
        double seconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind} {classes} classes {way}: {(double)tiles * Tile / seconds / 1e6:0.000} million pixels a second, {seconds:0.000} s"));

        void One(int tile)
        {
            if (way == "transform")
            {
                model.Score(rows, (_, _) => { });
                return;
            }

            model.Compiled!.Classify(planes, Tile, all, new byte[Tile], new float[Tile * classes]);
        }
    }
}

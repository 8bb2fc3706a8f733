#!/usr/bin/env python3
"""Times NDVI of a scene by rasterio and NumPy: masked, counted, not written.

usage: ndvi.py RED NIR QA_PIXEL QA_RADSAT

Reads the bands in strips of 512 rows, each file by GDAL with as many threads as there are cores, and prints the seconds.
"""
import sys
import time

import numpy as np
import rasterio

start = time.perf_counter()
count = 0
with rasterio.Env(GDAL_NUM_THREADS="ALL_CPUS"):
    files = [rasterio.open(path) for path in sys.argv[1:5]]
    for top in range(0, files[0].height, 512):
        window = rasterio.windows.Window(0, top, files[0].width, min(512, files[0].height - top))
        red, nir, qa, radsat = (file.read(1, window=window) for file in files)
        r, n = (band * np.float32(2.75e-5) - np.float32(0.2) for band in (red, nir))
        valid = (red >= 7273) & (red <= 43636) & (nir >= 7273) & (nir <= 43636) & ((qa & 31) == 0) & ((radsat & 0b100000011000) == 0)
        with np.errstate(all="ignore"):
            ndvi = np.where(valid, (n - r) / (n + r), np.float32(np.nan))
        count += int((ndvi > 0.5).sum())
print(f"NDVI by rasterio and NumPy: {count}, {time.perf_counter() - start:.3f} s")

#!/usr/bin/env python3
"""Compares the features of a run over the stacks of p035r032 with an independent calculation by NumPy.

usage: record.py RECORD.tar.gz YEARS_FOLDER

YEARS_FOLDER is the folder `years` of the run's output. Reads the stacks with Python's tarfile and GDAL, masks by Fmask
(land, water and snow count), takes reflectance from 0 to 1, brings TM and ETM+ to OLI (Roy et al. 2016) and computes
medians, percentiles, days and counts of each year. Prints the largest difference and exits 1 when one exceeds 1e-6
(float32 rounding), or when a pixel is observed in one of the two only.
"""
import datetime
import os
import sys
import tarfile
import warnings

import numpy as np
from osgeo import gdal

gdal.UseExceptions()
warnings.simplefilter("ignore")

ROY = dict(red=(0.0061, 0.9047), nir=(0.0412, 0.8462), swir1=(0.0254, 0.8937))
BAND = dict(red=2, nir=3, swir1=4)


def read(path):
    scenes = {}
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            if not member.name.endswith("_stack.gtif"):
                continue
            gdal.FileFromMemBuffer("/vsimem/stack.tif", archive.extractfile(member).read())
            pixels = gdal.Open("/vsimem/stack.tif").ReadAsArray().astype(float)
            name = os.path.basename(member.name)
            year, day = int(name[9:13]), int(name[13:16])
            last = (datetime.date(year, 12, 31) - datetime.date(year, 1, 1)).days + 1
            date = datetime.date(year, 1, 1) + datetime.timedelta(days=min(day, last) - 1)
            clear = np.isin(pixels[7], (0, 1, 3))

            def reflectance(band):
                dn = pixels[BAND[band]]
                a, b = ROY[band]
                return np.where(clear & (dn >= 0) & (dn <= 10000), a + b * dn / 10000, np.nan)

            red, nir, swir1 = reflectance("red"), reflectance("nir"), reflectance("swir1")
            assert (name[:3], date) not in scenes
            scenes[(name[:3], date)] = ((nir - red) / (nir + red), (nir - swir1) / (nir + swir1))
    return scenes


def main():
    scenes, folder = read(sys.argv[1]), sys.argv[2]
    worst, mismatched, compared = 0.0, 0, 0
    for year in sorted({date.year for _, date in scenes}):
        own = sorted((date, ndvi, ndmi) for (_, date), (ndvi, ndmi) in scenes.items() if date.year == year)
        late = [s for s in own if (7, 15) <= (s[0].month, s[0].day) <= (9, 30)]
        empty = [np.full((5, 5), np.nan)]
        whole = np.array([s[1] for s in own])
        best = np.argmax(np.where(np.isnan(whole), -np.inf, whole), axis=0)
        days = np.array([s[0].timetuple().tm_yday for s in own], float)[best]
        expected = {
            "late_ndvi_median": np.nanmedian([s[1] for s in late] or empty, axis=0),
            "late_ndvi_max": np.nanmax([s[1] for s in late] or empty, axis=0),
            "late_ndmi_median": np.nanmedian([s[2] for s in late] or empty, axis=0),
            "year_ndvi_p10": np.nanpercentile(whole, 10, axis=0),
            "year_ndvi_p90": np.nanpercentile(whole, 90, axis=0),
            "year_ndvi_day_of_max": np.where(np.isnan(whole).all(axis=0), np.nan, days),
            "late_count": np.sum(~np.isnan([s[1] for s in late] or empty), axis=0).astype(float),
        }
        dataset = gdal.Open(os.path.join(folder, str(year), "features.tif"))
        bands = {dataset.GetRasterBand(i).GetDescription(): i for i in range(1, dataset.RasterCount + 1)}
        for name, values in expected.items():
            actual = dataset.GetRasterBand(bands[name]).ReadAsArray().astype(float)
            mismatched += int(np.sum(np.isnan(actual) != np.isnan(values)))
            both = ~np.isnan(actual) & ~np.isnan(values)
            compared += int(both.sum())
            if both.any():
                worst = max(worst, float(np.max(np.abs(actual[both] - values[both]) / np.maximum(1, np.abs(values[both])))))
    print(f"{len(scenes)} scenes, {compared} values compared, largest difference {worst:.3g}, observed in one only {mismatched}")
    sys.exit(1 if worst > 1e-6 or mismatched or not compared else 0)


main()

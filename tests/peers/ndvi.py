#!/usr/bin/env python3
"""Compares an NDVI map with an independent calculation by NumPy on bands read by GDAL.

usage: ndvi.py SCENE_FOLDER NDVI.tif [--no-mask]

SCENE_FOLDER holds the unpacked product. Prints the largest difference and the number of pixels masked in one of the two
only, and exits 1 when they exceed 1e-6 (relative above 1) and 0. Written after the data format documents of USGS, in double precision.
"""
import glob
import os
import re
import sys

import numpy as np
from osgeo import gdal

gdal.UseExceptions()


def main():
    folder, result, no_mask = sys.argv[1], sys.argv[2], "--no-mask" in sys.argv
    mtl_file = [f for f in glob.glob(os.path.join(folder, "**", "*_MTL.txt"), recursive=True)][0]
    base = os.path.dirname(mtl_file)
    text = open(mtl_file).read()
    product = re.search(r'LANDSAT_PRODUCT_ID = "(\w+)"', text).group(1)
    level2 = product[5:7] == "L2"
    oli = product[1] == "C"
    group = "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS" if level2 else "LEVEL1_RADIOMETRIC_RESCALING"
    section = text[text.index(f"GROUP = {group}"):text.index(f"END_GROUP = {group}")]
    red, nir = (4, 5) if oli else (3, 4)

    def band(number):
        return gdal.Open(os.path.join(base, f"{product}_{'SR_B' if level2 else 'B'}{number}.TIF")).ReadAsArray().astype(np.int64)

    def reflectance(dn, number):
        m = float(re.search(rf"REFLECTANCE_MULT_BAND_{number} = (\S+)", section).group(1))
        a = float(re.search(rf"REFLECTANCE_ADD_BAND_{number} = (\S+)", section).group(1))
        value = dn * m + a
        if not level2:
            value /= np.sin(np.radians(float(re.search(r"SUN_ELEVATION = (\S+)", text).group(1))))
        return value

    r_dn, n_dn = band(red), band(nir)
    masked = (r_dn == 0) | (n_dn == 0)
    if level2:
        for dn in (r_dn, n_dn):
            masked |= (dn < 7273) | (dn > 43636)
    qa, radsat = (os.path.join(base, f"{product}_{name}.TIF") for name in ("QA_PIXEL", "QA_RADSAT"))
    if os.path.exists(qa) and not no_mask:
        masked |= (gdal.Open(qa).ReadAsArray().astype(np.int64) & 0b11111) != 0
    if os.path.exists(radsat) and not no_mask:
        bits = (1 << (red - 1)) | (1 << (nir - 1)) | ((1 << 11) if oli else (1 << 9))
        masked |= (gdal.Open(radsat).ReadAsArray().astype(np.int64) & bits) != 0
    r, n = reflectance(r_dn, red), reflectance(n_dn, nir)
    masked |= (n + r) == 0
    with np.errstate(all="ignore"):
        expected = np.where(masked, np.nan, (n - r) / (n + r))
    actual = gdal.Open(result).ReadAsArray().astype(np.float64)
    only_one = int(np.sum(np.isnan(actual) != np.isnan(expected)))
    both = ~np.isnan(actual) & ~np.isnan(expected)
    scale = np.maximum(1, np.abs(expected[both]))
    difference = float(np.max(np.abs(actual[both] - expected[both]) / scale)) if both.any() else 0.0
    print(f"{product}: {both.sum()} pixels, largest difference {difference:.3g}, masked in one only {only_one}")
    sys.exit(0 if difference <= 1e-6 and only_one == 0 else 1)


main()

#!/usr/bin/env python3
"""Compares index maps with an independent calculation by NumPy on bands read by GDAL.

usage: index.py SCENE_FOLDER [--no-mask] NAME=MAP.tif...

SCENE_FOLDER holds the unpacked product; NAME is ndvi, evi2, ndmi, mndwi, gi or savi. Prints the largest difference and the
number of pixels masked in one of the two only, and exits 1 when one exceeds 1e-6 (relative above 1) and 0. Written after the
data format documents of USGS and the papers of the indices, in double precision.
"""
import glob
import os
import re
import sys

import numpy as np
from osgeo import gdal

gdal.UseExceptions()


def main():
    folder, no_mask = sys.argv[1], "--no-mask" in sys.argv
    mtl_file = [f for f in glob.glob(os.path.join(folder, "**", "*_MTL.txt"), recursive=True)][0]
    base = os.path.dirname(mtl_file)
    text = open(mtl_file).read()
    product = re.search(r'LANDSAT_PRODUCT_ID = "(\w+)"', text).group(1)
    level2 = product[5:7] == "L2"
    oli = product[1] == "C"
    group = "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS" if level2 else "LEVEL1_RADIOMETRIC_RESCALING"
    section = text[text.index(f"GROUP = {group}"):text.index(f"END_GROUP = {group}")]
    numbers = dict(green=3, red=4, nir=5, swir1=6) if oli else dict(green=2, red=3, nir=4, swir1=5)

    def optional(name):
        path = os.path.join(base, f"{product}_{name}.TIF")
        return gdal.Open(path).ReadAsArray().astype(np.int64) if os.path.exists(path) and not no_mask else None

    def dn(number):
        return gdal.Open(os.path.join(base, f"{product}_{'SR_B' if level2 else 'B'}{number}.TIF")).ReadAsArray().astype(np.int64)

    def reflectance(values, number):
        m = float(re.search(rf"REFLECTANCE_MULT_BAND_{number} = (\S+)", section).group(1))
        a = float(re.search(rf"REFLECTANCE_ADD_BAND_{number} = (\S+)", section).group(1))
        result = values * m + a
        return result if level2 else result / np.sin(np.radians(float(re.search(r"SUN_ELEVATION = (\S+)", text).group(1))))

    qa, radsat = optional("QA_PIXEL"), optional("QA_RADSAT")

    def index(name):
        first, second = dict(ndvi=("nir", "red"), evi2=("nir", "red"), savi=("nir", "red"), ndmi=("nir", "swir1"),
                             mndwi=("green", "swir1"), gi=("nir", "green"))[name]
        n1, n2 = numbers[first], numbers[second]
        d1, d2 = dn(n1), dn(n2)
        masked = (d1 == 0) | (d2 == 0)
        if level2:
            for d in (d1, d2):
                masked |= d > 43636
                if name != "mndwi":
                    masked |= d < 7273
        if qa is not None:
            masked |= (qa & 0b11111) != 0
        if radsat is not None:
            masked |= (radsat & ((1 << (n1 - 1)) | (1 << (n2 - 1)) | ((1 << 11) if oli else (1 << 9)))) != 0
        a, b = reflectance(d1, n1), reflectance(d2, n2)
        if name == "mndwi":
            a, b = np.maximum(a, 0), np.maximum(b, 0)
        top, bottom = {
            "evi2": (2.5 * (a - b), a + 2.4 * b + 1),
            "savi": (1.5 * (a - b), a + b + 0.5),
            "gi": (a, b),
        }.get(name, (a - b, a + b))
        masked |= bottom == 0
        with np.errstate(all="ignore"):
            return np.where(masked, np.nan, top / bottom)

    failed = False
    for name, path in (argument.split("=", 1) for argument in sys.argv[2:] if "=" in argument):
        expected = index(name)
        actual = gdal.Open(path).ReadAsArray().astype(np.float64)
        only_one = int(np.sum(np.isnan(actual) != np.isnan(expected)))
        both = ~np.isnan(actual) & ~np.isnan(expected)
        scale = np.maximum(1, np.abs(expected[both]))
        difference = float(np.max(np.abs(actual[both] - expected[both]) / scale)) if both.any() else 0.0
        print(f"{product} {name}: {both.sum()} pixels, largest difference {difference:.3g}, masked in one only {only_one}")
        failed |= difference > 1e-6 or only_one > 0
    sys.exit(1 if failed else 0)


main()

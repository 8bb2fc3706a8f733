#!/usr/bin/env python3
"""Compares index maps with an independent calculation by NumPy on bands read by GDAL.

usage: index.py SCENE_FOLDER [--no-mask] NAME=MAP.tif...

SCENE_FOLDER holds the unpacked product; NAME is ndvi, evi2, ndmi, mndwi, gi, savi, evi, kndvi, wetness or a band. Prints the largest difference and the
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
    numbers = dict(blue=2, green=3, red=4, nir=5, swir1=6, swir2=7) if oli else dict(blue=1, green=2, red=3, nir=4, swir1=5, swir2=7)

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
        roles = dict(ndvi=("nir", "red"), evi2=("nir", "red"), savi=("nir", "red"), kndvi=("nir", "red"), ndmi=("nir", "swir1"),
                     mndwi=("green", "swir1"), gi=("nir", "green"), evi=("nir", "red", "blue"),
                     wetness=("blue", "green", "red", "nir", "swir1", "swir2"), **{band: (band,) for band in numbers})[name]
        used = [numbers[role] for role in roles]
        words = [dn(number) for number in used]
        masked = np.any([d == 0 for d in words], axis=0)
        if level2:
            for d in words:
                masked |= d > 43636
                if name != "mndwi":
                    masked |= d < 7273
        if qa is not None:
            masked |= (qa & 0b11111) != 0
        if radsat is not None:
            masked |= (radsat & (sum(1 << (n - 1) for n in used) | ((1 << 11) if oli else (1 << 9)))) != 0
        r = [reflectance(d, n) for d, n in zip(words, used)]
        if name == "mndwi":
            r = [np.maximum(x, 0) for x in r]
        a, b = r[0], r[1] if len(r) > 1 else r[0]
        with np.errstate(all="ignore"):
            top, bottom = {
                "evi2": lambda: (2.5 * (a - b), a + 2.4 * b + 1),
                "savi": lambda: (1.5 * (a - b), a + b + 0.5),
                "gi": lambda: (a, b),
                "kndvi": lambda: (np.where(a + b == 0, np.nan, np.tanh(((a - b) / (a + b)) ** 2)), np.ones_like(a)),
                "evi": lambda: (2.5 * (a - b), a + 6 * b - 7.5 * r[2] + 1),
                "wetness": lambda: (sum(k * x for k, x in zip((0.0315, 0.2021, 0.3102, 0.1594, -0.6806, -0.6109), r)), np.ones_like(a)),
                **{band: lambda: (a, np.ones_like(a)) for band in numbers},
            }.get(name, lambda: (a - b, a + b))()
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

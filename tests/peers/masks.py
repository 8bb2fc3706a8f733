"""Makes random maps of all types, formats and kinds of mask, and says by GDAL's own mask which pixels are valid.

usage: masks.py SEED COUNT FOLDER

Beside each map FOLDER/N.* it writes FOLDER/N.f64: its values row by row as little-endian doubles, by scale and offset, NaN where GDAL's
mask of the band is 0 and where the value is no finite number. Prints the file of each map, a tab, and what it is.

Bytes whose sign stands in metadata (before GDAL 3.7) GDAL masks as bytes without sign; their nodata value is compared here. A band of opacity GDAL
looks at only as the last of two or four bands, and not beside a nodata value; here it counts always.
"""

import os
import sys

import numpy as np
from osgeo import gdal, osr

gdal.UseExceptions()
gdal.SetConfigOption("GDAL_PAM_ENABLED", "YES")
seed, count, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
random = np.random.default_rng(seed)
srs = osr.SpatialReference()
srs.ImportFromEPSG(32644)

TYPES = {
    "Byte": (gdal.GDT_Byte, np.uint8), "UInt16": (gdal.GDT_UInt16, np.uint16), "Int16": (gdal.GDT_Int16, np.int16), "UInt32": (gdal.GDT_UInt32, np.uint32),
    "Int32": (gdal.GDT_Int32, np.int32), "Float32": (gdal.GDT_Float32, np.float32), "Float64": (gdal.GDT_Float64, np.float64),
}
if hasattr(gdal, "GDT_Int64"):
    TYPES["Int64"] = (gdal.GDT_Int64, np.int64)
    TYPES["UInt64"] = (gdal.GDT_UInt64, np.uint64)
DRIVERS = {
    "GTiff": (".tif", list(TYPES)), "HFA": (".img", ["Byte", "UInt16", "Int16", "UInt32", "Int32", "Float32", "Float64"]), "ENVI": (".dat", ["Byte", "UInt16", "Int16", "UInt32", "Int32", "Float32", "Float64"]),
    "EHdr": (".bil", ["Byte", "Int16", "UInt16", "Int32", "Float32"]), "RST": (".rst", ["Byte", "Int16", "Float32"]), "SAGA": (".sdat", ["Byte", "Int16", "UInt16", "Int32", "Float32", "Float64"]),
    "AAIGrid": (".asc", ["Byte", "Int16", "Int32", "Float32"]), "PCIDSK": (".pix", ["Byte", "Int16", "UInt16", "Float32"]), "netCDF": (".nc", ["Byte", "Int16", "Int32", "Float32", "Float64"]), "VRT": (".vrt", list(TYPES)),
    "PNG": (".png", ["Byte", "UInt16"]),
}
FLOATS = [-9999.0, -3.4e38, -3.4028234663852886e38, 0.0, 1e20, 9.969209968386869e36, float("nan"), -32768.0, 255.0, -1.0, 0.1, 1e-30]


def nodata_of(kind, dtype):
    """A nodata value, most often one that the type can hold; None for none."""
    if random.random() < 0.25:
        return None
    if kind.startswith("Float"):
        return FLOATS[random.integers(len(FLOATS))]
    info = np.iinfo(dtype)
    pool = [0, 1, 255, 254, 65535, -1, -9999, -32768, -128, 2147483647, -2147483648, 3]
    value = pool[random.integers(len(pool))]
    if random.random() < 0.85 and not info.min <= value <= info.max:
        return None
    return float(value)


def pixels_of(kind, dtype, nodata, shape):
    values = random.integers(0, 6, shape).astype(np.float64)
    if kind.startswith("Float"):
        with np.errstate(over="ignore"):
            special = np.array([np.nan, np.inf, -np.inf, -9999.0, -3.4e38, 0.1, -1.0] + ([nodata] if nodata is not None else [])).astype(dtype)
        out = values.astype(dtype)
    else:
        info = np.iinfo(dtype)
        special = np.array([v for v in [info.min, info.max, 255 if info.max >= 255 else 7] + ([nodata] if nodata is not None and info.min <= nodata <= info.max else [])]).astype(dtype)
        out = values.astype(dtype)
    where = random.random(shape) < 0.3
    out[where] = special[random.integers(0, len(special), int(where.sum()))]
    return out


for n in range(count):
    driver = list(DRIVERS)[random.integers(len(DRIVERS))] if random.random() < 0.6 else "GTiff"
    ending, kinds = DRIVERS[driver]
    kind = kinds[random.integers(len(kinds))]
    gdt, dtype = TYPES[kind]
    width, height = int(random.integers(1, 40)), int(random.integers(1, 12))
    nodata = nodata_of(kind, dtype)
    pixels = pixels_of(kind, dtype, nodata, (height, width))
    signed = driver in ("GTiff", "HFA", "VRT") and kind == "Byte" and random.random() < 0.25 and int(gdal.VersionInfo()) < 3070000
    mask = ["none", "none", "internal", "msk", "alpha"][random.integers(5)] if driver in ("GTiff", "VRT") else ["none", "msk"][random.integers(2)] if driver in ("ENVI", "EHdr") else "alpha" if driver == "PNG" and random.random() < 0.5 else "none"
    if signed:
        nodata = None if nodata is None else float(np.uint8(nodata).astype(np.int8)) if 0 <= nodata <= 255 else nodata
        mask = "none"
    path = os.path.join(folder, f"{n}{ending}")
    source = os.path.join(folder, f"{n}-source.tif") if driver == "VRT" else path
    if driver in ("VRT", "GTiff", "HFA", "ENVI", "EHdr", "SAGA", "PCIDSK", "RST"):
        form = gdal.GetDriverByName("GTiff" if driver == "VRT" else driver)
        options = (["PIXELTYPE=SIGNEDBYTE"] if signed else []) + (["TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=16", "COMPRESS=DEFLATE"] if form.ShortName == "GTiff" and random.random() < 0.5 else [])
        if mask == "alpha":
            options.append("ALPHA=YES")
        gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES" if mask == "internal" else "NO")
        if mask == "alpha" and gdt not in (gdal.GDT_Byte, gdal.GDT_UInt16):
            mask, options = "none", [o for o in options if o != "ALPHA=YES"]
        made = form.Create(source, width, height, 2 if mask == "alpha" else 1, gdt, options)
    else:
        made = gdal.GetDriverByName("MEM").Create("", width, height, 2 if mask == "alpha" else 1, gdt)
    made.SetGeoTransform([400000, 30, 0, 4900000, 0, -30])
    made.SetProjection(srs.ExportToWkt())
    # Opacity may stand before the values as well as behind them.
    data, opacity = (2, 1) if mask == "alpha" and driver in ("GTiff", "VRT") and random.random() < 0.5 else (1, 2)
    band = made.GetRasterBand(data)
    if nodata is not None:
        try:
            band.SetNoDataValue(int(nodata) if kind.endswith("64") and not kind.startswith("F") else nodata)
        except Exception:
            nodata = None
    scale, offset = 1.0, 0.0
    if driver in ("GTiff", "VRT") and random.random() < 0.2:
        scale, offset = 0.5, float(random.integers(-3, 4))
        band.SetScale(scale)
        band.SetOffset(offset)
    band.WriteArray(pixels)
    if mask == "alpha":
        made.GetRasterBand(data).SetColorInterpretation(gdal.GCI_GrayIndex)
        made.GetRasterBand(opacity).SetColorInterpretation(gdal.GCI_AlphaBand)
        made.GetRasterBand(opacity).WriteArray((random.integers(0, 3, (height, width)) * 100).astype(dtype))
    if mask in ("internal", "msk"):
        made.CreateMaskBand(gdal.GMF_PER_DATASET)
        band.GetMaskBand().WriteArray((random.integers(0, 3, (height, width)) > 0).astype(np.uint8) * 255)
    if driver not in ("VRT", "GTiff", "HFA", "ENVI", "EHdr", "SAGA", "PCIDSK", "RST"):
        made = gdal.GetDriverByName(driver).CreateCopy(path, made)
    band = None
    made = None
    if driver == "VRT":
        gdal.Translate(path, source, format="VRT")
    # By its own driver: others take random bytes for a format of theirs.
    read = gdal.OpenEx(path, gdal.OF_RASTER, allowed_drivers=[driver, "GTiff"])
    band = read.GetRasterBand(data)
    stored = band.ReadAsArray()
    if signed:
        stored = stored.astype(np.uint8).view(np.int8)
        own = band.GetNoDataValue()
        valid = np.ones(stored.shape, bool) if own is None else stored != (own if own <= 127 else own - 256)
    else:
        valid = band.GetMaskBand().ReadAsArray() != 0
    if mask == "alpha":
        valid &= read.GetRasterBand(opacity).ReadAsArray() != 0
    values = stored.astype(np.float64)
    values[~valid | ~np.isfinite(values)] = np.nan
    values = values * (band.GetScale() or 1) + (band.GetOffset() or 0)
    values.astype("<f8").tofile(os.path.join(folder, f"{n}.f64"))
    print(f"{path}\t{driver} {'signed byte' if signed else kind} nodata {band.GetNoDataValue()} mask {mask} {read.RasterXSize}x{read.RasterYSize}")

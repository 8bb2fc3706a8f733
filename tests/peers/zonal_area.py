#!/usr/bin/env python3
"""Independent calculation of the area of a class per zone, with GDAL/OGR (GEOS) and numerical integration.

usage: zonal_area.py ZONES.geojson NAME_FIELD CLASS_VALUE[,VALUE] MAP.tif... > OUT.csv

Shares nothing with IrrigationWatch: the part of every pixel that lies in a zone is cut out by GEOS, level by level of a
quadtree, and the pixel's area is the ellipsoid's surface element integrated by Gauss-Legendre quadrature.
For maps in longitude and latitude on WGS 84.
"""
import math
import os
import re
import sys

import numpy as np
from osgeo import gdal, ogr

gdal.UseExceptions()
ogr.UseExceptions()
A = 6378137.0
F = 1 / 298.257223563
E2 = F * (2 - F)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)


def row_area(south, north, width):
    """Area in square metres of a cell of `width` degrees between two latitudes."""
    middle, half = math.radians((north + south) / 2), math.radians((north - south) / 2)
    phi = middle + half * NODES
    w = 1 - E2 * np.sin(phi) ** 2
    element = A * A * (1 - E2) * np.cos(phi) / (w * w)  # meridional times transverse radius times cosine
    return math.radians(width) * half * float(np.sum(WEIGHTS * element))


def box(west, south, east, north):
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for x, y in ((west, south), (east, south), (east, north), (west, north), (west, south)):
        ring.AddPoint_2D(x, y)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    return polygon


def shares(zone, gt, x, y, w, h, out):
    """Fills out[row, column] with the share of each pixel of a block that lies in `zone`."""
    cell = box(gt[0] + x * gt[1], gt[3] + (y + h) * gt[5], gt[0] + (x + w) * gt[1], gt[3] + y * gt[5])
    part = zone.Intersection(cell)
    area = 0.0 if part is None or part.IsEmpty() else part.Area()
    if area == 0:
        return
    if w == 1 and h == 1:
        out[y, x] = area / cell.Area()
    elif abs(area - cell.Area()) < 1e-13 * cell.Area():
        out[y:y + h, x:x + w] = 1
    else:
        w2, h2 = (w + 1) // 2, (h + 1) // 2
        for bx, bw in ((x, w2), (x + w2, w - w2)):
            for by, bh in ((y, h2), (y + h2, h - h2)):
                if bw and bh:
                    shares(part, gt, bx, by, bw, bh, out)


def main():
    zones_file, field, values, maps = sys.argv[1], sys.argv[2], [float(v) for v in sys.argv[3].split(",")], sys.argv[4:]
    vector = ogr.Open(zones_file)
    zones = [(f.GetField(field), f.GetGeometryRef().Clone().MakeValid()) for f in vector.GetLayer(0)]
    cache = {}
    print("year,zone,irrigated_ha,observed_ha,zone_ha")
    for path in maps:
        raster = gdal.Open(path)
        gt = raster.GetGeoTransform()
        data = raster.GetRasterBand(1).ReadAsArray()
        nodata = raster.GetRasterBand(1).GetNoDataValue()
        key = (gt, data.shape)
        if key not in cache:
            h, w = data.shape
            rows = np.array([row_area(gt[3] + (r + 1) * gt[5], gt[3] + r * gt[5], gt[1]) for r in range(h)])
            weights = []
            for _, zone in zones:
                out = np.zeros((h, w))
                shares(zone, gt, 0, 0, w, h, out)
                weights.append(out * rows[:, None])
            cache[key] = weights
        valid = np.ones(data.shape, bool) if nodata is None else data != nodata
        year = re.findall(r"(?<!\d)\d{4}(?!\d)", os.path.basename(path))[-1]
        for (name, _), weight in zip(zones, cache[key]):
            print(f"{year},{name},{weight[np.isin(data, values)].sum() / 1e4:.6f},{weight[valid].sum() / 1e4:.6f},{weight.sum() / 1e4:.6f}")


main()

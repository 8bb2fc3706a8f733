"""Opens an output folder of 'run' or 'report' in QGIS and says what its layers and maps look like there.

usage: /usr/bin/python3 tests/peers/open_in_qgis.py FOLDER     (Debian: python3-qgis)
Exits 1 where a layer does not open, or where QGIS does not take the style that lies beside it.
"""
import glob
import os
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from qgis.core import QgsApplication, QgsRasterLayer, QgsVectorLayer  # noqa: E402

folder = sys.argv[1]
QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
wrong = []


def say(name, layer, looks, right):
    print(f"{name}: {looks}")
    if not layer.isValid() or not right:
        wrong.append(name)


for name in ("zones", "irrigated", "change"):
    layer = QgsVectorLayer(f"{folder}/irrigation.gpkg|layername={name}", name, "ogr")
    renderer = layer.renderer()
    if name == "zones":
        label = layer.labeling().settings().fieldName if layer.labeling() else None
        say(name, layer, f"{layer.featureCount()} features, labelled by {label}", label == "zone")
    else:
        kinds = [(c.value(), c.symbol().color().name()) for c in renderer.categories()] if renderer.type() == "categorizedSymbol" else []
        say(name, layer, f"{layer.featureCount()} features, {kinds}", ("irrigated", "#009e73") in kinds)
for style in sorted(glob.glob(f"{folder}/*.qml") + glob.glob(f"{folder}/years/*/*.qml")):
    layer = QgsRasterLayer(style[:-4] + ".tif", style)
    renderer = layer.renderer()
    if renderer.type() == "paletted":
        looks = [(c.value, c.label, c.color.name()) for c in renderer.classes()]
        right = 0 < len(looks) < 256
    else:
        items = renderer.shader().rasterShaderFunction().colorRampItemList() if renderer.type() == "singlebandpseudocolor" else []
        looks = [(i.value, i.color.name()) for i in items]
        statistics = layer.dataProvider().bandStatistics(1)
        looks += [f"pixels from {statistics.minimumValue} to {statistics.maximumValue}"]
        right = len(items) >= 3 and statistics.maximumValue <= 2 * items[-1].value
    say(os.path.relpath(style, folder), layer, looks, right)
if wrong:
    sys.exit("not as it should be: " + ", ".join(wrong))

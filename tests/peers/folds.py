#!/usr/bin/env python3
"""Classifies the samples that 'irrigationwatch train --samples' wrote by scikit-learn, on the same folds, and compares F1.

usage: folds.py SAMPLES.csv [IRRIGATED_CLASS] [--json OUT]

Missing features are replaced by their mean for the random forest; gradient boosting takes them as they are.
"""
import csv
import json
import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline


def main():
    arguments = sys.argv[1:]
    out = None
    if "--json" in arguments:
        at = arguments.index("--json")
        out = arguments[at + 1]
        del arguments[at:at + 2]
    irrigated = arguments[1] if len(arguments) > 1 else "irrigated"
    with open(arguments[0], newline="") as file:
        rows = list(csv.reader(file))
    names, rows = rows[0], rows[1:]
    first = names.index("probability") + 1
    y = np.array([row[names.index("class")] for row in rows])
    folds = np.array([int(row[names.index("fold")]) for row in rows])
    ours = np.array([row[names.index("predicted")] for row in rows])
    x = np.array([[float(v) if v else np.nan for v in row[first:]] for row in rows])
    x = x[:, ~np.all(np.isnan(x), axis=0)]
    models = {
        "forest": lambda: make_pipeline(SimpleImputer(), RandomForestClassifier(500, n_jobs=2, random_state=1)),
        "boosting": lambda: HistGradientBoostingClassifier(random_state=1),
    }
    result = {"ours": f1_score(y == irrigated, ours == irrigated)}
    for name, make in models.items():
        predicted = np.empty_like(y)
        for fold in np.unique(folds):
            test = folds == fold
            predicted[test] = make().fit(x[~test], y[~test]).predict(x[test])
        result[name] = f1_score(y == irrigated, predicted == irrigated)
    print(json.dumps(result))
    if out:
        with open(out, "w") as file:
            json.dump(result, file)


main()

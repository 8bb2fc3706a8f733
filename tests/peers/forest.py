#!/usr/bin/env python3
"""Times scikit-learn's random forest on as many features, trees and leaves as the benchmarks of this project use.

usage: forest.py ROWS

Fits 100 trees of 32 leaves on 20 000 rows of 14 features and predicts ROWS rows on two cores; prints rows a second.
"""
import sys
import time

import numpy as np
from sklearn.ensemble import RandomForestClassifier

rows = int(sys.argv[1])
random = np.random.default_rng(7)
x = random.random((20_000, 14), dtype=np.float32)
y = (x @ np.cos(np.arange(14)) * 3 + random.random(20_000) * 1.5).astype(int) % 2
forest = RandomForestClassifier(n_estimators=100, max_leaf_nodes=32, n_jobs=2, random_state=1).fit(x, y)
data = random.random((rows, 14), dtype=np.float32)
forest.predict(data[:1000])
start = time.perf_counter()
forest.predict(data)
seconds = time.perf_counter() - start
print(f"scikit-learn forest: {rows / seconds / 1e6:.3f} million rows a second, {seconds:.3f} s")

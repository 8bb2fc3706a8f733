#!/usr/bin/env python3
"""Trends by scipy: reads series as JSON ([[years], [values]] each) from stdin, prints tau, z without continuity, slope and its interval.

usage: trend.py < SERIES.json
"""
import json
import sys

from scipy import stats

result = []
for years, values in json.load(sys.stdin):
    kendall = stats.kendalltau(years, values, method="asymptotic")
    sen = stats.theilslopes(values, years, 0.95)
    result.append([kendall[0], kendall[1], sen[0], sen[2], sen[3], sen[1]])
print(json.dumps(result))

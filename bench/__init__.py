"""The measurements: `make bench` prints medians of several runs and writes bench/results/latest.json."""

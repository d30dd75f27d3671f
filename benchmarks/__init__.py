"""One module per claim in the README, each a command: `python -m benchmarks.NAME`. Figures, never asserts: speed is no test."""

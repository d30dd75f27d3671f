"""Looks at the ear from outside: baselines, comparisons, out-of-fold guesses. Needs the training environment (nlu/uv.lock)."""

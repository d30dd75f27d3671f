"""What we use of pygal, imported so that nothing of it is left behind. For `plots` alone."""

import sys

import pygal  # type: ignore[import-untyped]
from pygal.style import Style  # type: ignore[import-untyped]

# it leaves an import hook of old for its maps, of which Python 3.11 warns at every import to come
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]

Chart = pygal.Graph
Columns = pygal.Bar
Bars = pygal.HorizontalBar

__all__ = ["Bars", "Chart", "Columns", "Style"]

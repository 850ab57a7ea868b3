"""The compiled loops: shortest ways on interleaved arrays, bounded, exact in float64."""

"""Core layer: the pack's reference data, judged deliveries, and the records they amount to."""

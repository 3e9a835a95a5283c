"""Mart layer: protected aggregates, exactly what a screen or an export shows."""

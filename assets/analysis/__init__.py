"""Analysis layer: weights, gaps, segments, plan. Person-level or unprotected: nothing here leaves the house."""

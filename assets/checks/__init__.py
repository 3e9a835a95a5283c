"""Asset checks: from contracts (SQL, any size), expectations (small tables), and rules of the business."""

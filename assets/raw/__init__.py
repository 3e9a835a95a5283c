"""Raw layer: deliveries as delivered, persons pseudonymised."""

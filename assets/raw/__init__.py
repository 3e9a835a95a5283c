"""Raw layer: deliveries as delivered, persons pseudonymised."""

from assets.raw.landing import landing

RAW_ASSETS = [landing]

"""What assets need from the world: the house's folders, the warehouse, the publisher, the run ledger."""

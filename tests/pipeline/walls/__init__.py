"""Words of walls."""

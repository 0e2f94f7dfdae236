"""What people change: settings, feeds, rules and themes. ``settings.py`` reads and validates all of
it once."""

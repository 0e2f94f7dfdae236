"""What people change: settings, feeds, rules and themes; ``settings.py`` validates all of it."""

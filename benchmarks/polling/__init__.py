"""What polling costs: parsing beside feedparser, fetching beside httpx, a poll of each kind, and
lateness by feeds."""

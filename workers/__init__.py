"""The running system: Celery, Redis and the command line around ``pipeline``."""

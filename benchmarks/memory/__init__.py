"""What Wiredesk takes of Redis: bytes a story by kind of key, and how many stories fit."""

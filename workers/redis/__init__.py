"""What lives in Redis: the ledger, the index, copies of robots.txt, and their Lua."""

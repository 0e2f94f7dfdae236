"""What lives in Redis: the ledger, the index of known stories, copies of robots.txt; and the Lua that moves them."""

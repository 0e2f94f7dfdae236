-- ARGV: prefix, host, token, allowed
release_host(ARGV[2], ARGV[3], ARGV[4])

-- ARGV: prefix, now, seconds, limit, cap -> leased stories.
return take(p .. 'due', 'process', ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]))
